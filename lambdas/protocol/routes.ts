/** The one list of what can be asked. The stacks make their routes from it, the functions handle it in full. */

/** Routes for whoever administers: the stacks ask for the scope, and the function does again. */
export const ADMIN_ROUTES = [
  "PUT /api/admin/users",
  "POST /api/admin/users/sign-out",
  "GET /api/admin/users/export",
  "POST /api/admin/users/erase",
  "GET /api/admin/jobs/{jobId}",
  "POST /api/admin/conversations/{conversationId}/messages",
  "DELETE /api/admin/conversations/{conversationId}/messages/{seq}",
] as const;
export type AdminRoute = (typeof ADMIN_ROUTES)[number];

/** HTTP routes as API Gateway writes their keys. What each answers stands in `http-answers.ts`. */
export const HTTP_ROUTES = [
  "GET /api/conversations",
  "POST /api/conversations",
  "GET /api/conversations/{conversationId}",
  "PATCH /api/conversations/{conversationId}",
  "GET /api/conversations/{conversationId}/members",
  "POST /api/conversations/{conversationId}/members",
  "DELETE /api/conversations/{conversationId}/members",
  "PUT /api/conversations/{conversationId}/members/role",
  "GET /api/conversations/{conversationId}/messages",
  "POST /api/conversations/{conversationId}/messages",
  "PATCH /api/conversations/{conversationId}/messages/{seq}",
  "DELETE /api/conversations/{conversationId}/messages/{seq}",
  "GET /api/conversations/{conversationId}/messages/{seq}/reactions",
  "PUT /api/conversations/{conversationId}/messages/{seq}/reactions",
  "DELETE /api/conversations/{conversationId}/messages/{seq}/reactions",
  "PUT /api/conversations/{conversationId}/messages/{seq}/pin",
  "DELETE /api/conversations/{conversationId}/messages/{seq}/pin",
  "GET /api/conversations/{conversationId}/pins",
  "POST /api/conversations/{conversationId}/read",
  "PATCH /api/conversations/{conversationId}/settings",
  "POST /api/conversations/find-or-create",
  "GET /api/users",
  "GET /api/users/search",
  "GET /api/presence",
  "GET /api/blocks",
  "PUT /api/blocks",
  "DELETE /api/blocks",
  ...ADMIN_ROUTES,
] as const;
export type HttpRoute = (typeof HTTP_ROUTES)[number];

/** What a frame's `action` may be. What each carries stands in `client-frames.ts`, its ack in `server-frames.ts`. */
export const ACTIONS = [
  "join_conversation",
  "leave_conversation",
  "send_message",
  "edit_message",
  "delete_message",
  "react",
  "typing_start",
  "typing_stop",
  "mark_read",
  "sync",
] as const;
export type Action = (typeof ACTIONS)[number];

/** The action that the gateway answers by itself: it never reaches a function. */
export const PING = "ping";

/** The subprotocol clients offer beside their token; the server selects it. */
export const SUBPROTOCOL = "chat.v1";

/** The same, of a client that takes several events in one frame; selected before the other. */
export const BATCH_SUBPROTOCOL = "chat.v1+batch";

/** The header, in lower case, by which a client without subprotocols says what it takes: names with commas between. */
export const FEATURES_HEADER = "x-parley-features";
export const BATCH_FEATURE = "batch";
