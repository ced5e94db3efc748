import { introduceUser } from "../chat/operations/introduce-user.ts";
import { decodeUserRequest } from "../protocol/admin-requests.ts";
import { must, okay } from "../runtime/http-route.ts";
import type { AdminsRoute } from "./route.ts";

export const introduceUserRoute: AdminsRoute<"PUT /api/admin/users"> = async (
  { chat, erasures },
  _,
  request,
) => okay({ user: await introduceUser(chat, erasures, must(decodeUserRequest(request.body))) });
