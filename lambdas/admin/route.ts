import type { Admin } from "../chat/chat.ts";
import type { AdminRoute } from "../protocol/routes.ts";
import type { AdminParts } from "../runtime/composition.ts";
import type { HttpReply, HttpRequest } from "../runtime/http-route.ts";

/** One route for an admin. Refusals are thrown. */
export type AdminsRoute<R extends AdminRoute> = (
  parts: AdminParts,
  admin: Admin,
  request: HttpRequest,
) => Promise<HttpReply<R>>;
