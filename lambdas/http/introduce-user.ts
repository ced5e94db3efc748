import { introduceUser } from "../chat/operations/introduce-user.ts";
import { decodeUserRequest } from "../protocol/admin-requests.ts";
import { must, okay } from "./route.ts";
import type { RouteForAdmins } from "./route.ts";

export const introduceUserRoute: RouteForAdmins<"PUT /api/admin/users"> = async ({ chat }, _, request) =>
  okay({ user: await introduceUser(chat, must(decodeUserRequest(request.body))) });
