import { signOutUser } from "../chat/operations/sign-out-user.ts";
import { decodeSignOutRequest } from "../protocol/admin-requests.ts";
import { must } from "../runtime/http-route.ts";
import type { AdminsRoute } from "./route.ts";

export const signOutUserRoute: AdminsRoute<"POST /api/admin/users/sign-out"> = async (
  { chat, queue },
  _,
  request,
) => {
  await signOutUser(chat, queue, must(decodeSignOutRequest(request.body)).userId);
  return { status: 204, body: null };
};
