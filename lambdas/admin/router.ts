import { noSuchRoute } from "../chat/model/refusal.ts";
import type { AdminRoute } from "../protocol/routes.ts";
import type { AdminParts } from "../runtime/composition.ts";
import { answering, isOneOf, requestOf, respond } from "../runtime/http-events.ts";
import { adminOf } from "./admin-of-token.ts";
import { eraseUserRoute, getJobRoute } from "./erase-user.ts";
import { exportUserRoute } from "./export-user.ts";
import { introduceUserRoute } from "./introduce-user.ts";
import { removeMessageRoute } from "./remove-message.ts";
import type { AdminsRoute } from "./route.ts";
import { sendOnBehalfRoute } from "./send-on-behalf.ts";
import { signOutUserRoute } from "./sign-out-user.ts";

const ROUTES: { readonly [R in AdminRoute]: AdminsRoute<R> } = {
  "PUT /api/admin/users": introduceUserRoute,
  "POST /api/admin/users/sign-out": signOutUserRoute,
  "GET /api/admin/users/export": exportUserRoute,
  "POST /api/admin/users/erase": eraseUserRoute,
  "GET /api/admin/jobs/{jobId}": getJobRoute,
  "POST /api/admin/conversations/{conversationId}/messages": sendOnBehalfRoute,
  "DELETE /api/admin/conversations/{conversationId}/messages/{seq}": removeMessageRoute,
};

/** The handler of every admin route. The gateway's authorizer has checked the token and its scope. */
export const createAdminHandler = (parts: AdminParts) =>
  answering(
    parts.chat,
    async (event) => {
      const { routeKey } = event;
      if (!isOneOf(ROUTES, routeKey)) throw noSuchRoute();
      const admin = await adminOf(parts, event);
      return ROUTES[routeKey](parts, admin, requestOf(event));
    },
    replyWith,
  );

/** A text is lines of JSON already. */
const replyWith: typeof respond = (statusCode, body) =>
  typeof body === "string"
    ? { statusCode, headers: { "content-type": "application/x-ndjson" }, body }
    : respond(statusCode, body);
