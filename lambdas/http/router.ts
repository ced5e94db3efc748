import { isUtf8 } from "node:buffer";
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { noSuchRoute, Refusal } from "../chat/model/refusal.ts";
import { HTTP_STATUS } from "../protocol/codes.ts";
import type { ErrorAnswer } from "../protocol/http-answers.ts";
import { decodeQuery } from "../protocol/http-requests.ts";
import { MAX_BODY_BYTES } from "../protocol/limits.ts";
import type { AdminRoute, HttpRoute } from "../protocol/routes.ts";
import { toClientError } from "../runtime/client-error.ts";
import type { HttpParts } from "../runtime/composition.ts";
import type { PartialTrace } from "../runtime/trace.ts";
import { deleteBlockRoute, listBlocksRoute, putBlockRoute } from "./block-user.ts";
import { adminOf, callerOf } from "./caller.ts";
import { changeSettingsRoute } from "./change-settings.ts";
import { addMembersRoute } from "./add-members.ts";
import { changeDetailsRoute } from "./change-details.ts";
import { changeRoleRoute } from "./change-role.ts";
import { createGroupRoute } from "./create-group.ts";
import { deleteMessageRoute } from "./delete-message.ts";
import { editMessageRoute } from "./edit-message.ts";
import { findOrCreateConversationRoute } from "./find-or-create-conversation.ts";
import { getConversationRoute } from "./get-conversation.ts";
import { getPresenceRoute } from "./get-presence.ts";
import { getUserRoute } from "./get-user.ts";
import { introduceUserRoute } from "./introduce-user.ts";
import { listConversationsRoute } from "./list-conversations.ts";
import { listMembersRoute } from "./list-members.ts";
import { listMessagesRoute } from "./list-messages.ts";
import { listPinsRoute } from "./list-pins.ts";
import { listReactionsRoute } from "./list-reactions.ts";
import { markReadRoute } from "./mark-read.ts";
import { deletePinRoute, putPinRoute } from "./pin-message.ts";
import { deleteReactionRoute, putReactionRoute } from "./react-to-message.ts";
import { removeMemberRoute } from "./remove-member.ts";
import { removeMessageRoute } from "./remove-message.ts";
import { must } from "./route.ts";
import type { HttpReply, HttpRequest, Route, RouteForAdmins } from "./route.ts";
import { searchUsersRoute } from "./search-users.ts";
import { sendMessageRoute } from "./send-message.ts";
import { sendOnBehalfRoute } from "./send-on-behalf.ts";
import { signOutUserRoute } from "./sign-out-user.ts";

const ROUTES: { readonly [R in Exclude<HttpRoute, AdminRoute>]: Route<R> } = {
  "GET /api/conversations": listConversationsRoute,
  "POST /api/conversations": createGroupRoute,
  "GET /api/conversations/{conversationId}": getConversationRoute,
  "PATCH /api/conversations/{conversationId}": changeDetailsRoute,
  "GET /api/conversations/{conversationId}/members": listMembersRoute,
  "POST /api/conversations/{conversationId}/members": addMembersRoute,
  "DELETE /api/conversations/{conversationId}/members": removeMemberRoute,
  "PUT /api/conversations/{conversationId}/members/role": changeRoleRoute,
  "GET /api/conversations/{conversationId}/messages": listMessagesRoute,
  "POST /api/conversations/{conversationId}/messages": sendMessageRoute,
  "PATCH /api/conversations/{conversationId}/messages/{seq}": editMessageRoute,
  "DELETE /api/conversations/{conversationId}/messages/{seq}": deleteMessageRoute,
  "GET /api/conversations/{conversationId}/messages/{seq}/reactions": listReactionsRoute,
  "PUT /api/conversations/{conversationId}/messages/{seq}/reactions": putReactionRoute,
  "DELETE /api/conversations/{conversationId}/messages/{seq}/reactions": deleteReactionRoute,
  "PUT /api/conversations/{conversationId}/messages/{seq}/pin": putPinRoute,
  "DELETE /api/conversations/{conversationId}/messages/{seq}/pin": deletePinRoute,
  "GET /api/conversations/{conversationId}/pins": listPinsRoute,
  "POST /api/conversations/{conversationId}/read": markReadRoute,
  "PATCH /api/conversations/{conversationId}/settings": changeSettingsRoute,
  "POST /api/conversations/find-or-create": findOrCreateConversationRoute,
  "GET /api/users": getUserRoute,
  "GET /api/users/search": searchUsersRoute,
  "GET /api/presence": getPresenceRoute,
  "GET /api/blocks": listBlocksRoute,
  "PUT /api/blocks": putBlockRoute,
  "DELETE /api/blocks": deleteBlockRoute,
};

const ROUTES_FOR_ADMINS: { readonly [R in AdminRoute]: RouteForAdmins<R> } = {
  "PUT /api/admin/users": introduceUserRoute,
  "POST /api/admin/users/sign-out": signOutUserRoute,
  "POST /api/admin/conversations/{conversationId}/messages": sendOnBehalfRoute,
  "DELETE /api/admin/conversations/{conversationId}/messages/{seq}": removeMessageRoute,
};

type HttpEvent = APIGatewayProxyEventV2WithJWTAuthorizer;
type HttpResponse = APIGatewayProxyStructuredResultV2;

/** The handler of every HTTP route. The gateway's authorizer has checked the token. */
export const createHttpHandler =
  (parts: HttpParts) =>
  async (event: HttpEvent): Promise<HttpResponse> => {
    try {
      const { status, body } = await answer(parts, event);
      return body === null ? { statusCode: status } : respond(status, body);
    } catch (error) {
      const { code, message, retryAfterSeconds } = toClientError(error, parts.chat, event.routeKey);
      const retry = retryAfterSeconds === null ? {} : { "retry-after": String(retryAfterSeconds) };
      const answer: ErrorAnswer = { code, message };
      return respond(HTTP_STATUS[code], answer, retry);
    }
  };

async function answer(parts: HttpParts, event: HttpEvent): Promise<HttpReply<HttpRoute>> {
  const { routeKey } = event;
  if (isOneOf(ROUTES_FOR_ADMINS, routeKey)) {
    const admin = await adminOf(parts, event);
    return ROUTES_FOR_ADMINS[routeKey](parts, admin, requestOf(event));
  }
  if (!isOneOf(ROUTES, routeKey)) throw noSuchRoute();
  const caller = await callerOf(parts.chat, event);
  return ROUTES[routeKey](parts.chat, caller, requestOf(event));
}

/** The ids a line of the log bears; the user's follows once the token has been read. */
export const traceOf = ({ requestContext }: HttpEvent): PartialTrace => ({
  gatewayRequestId: requestContext.requestId,
});

const isOneOf = <R extends string>(routes: Readonly<Record<R, unknown>>, key: string): key is R =>
  Object.hasOwn(routes, key);

function requestOf(event: HttpEvent): HttpRequest {
  const encoding = event.isBase64Encoded ? "base64" : "utf8";
  const body = Buffer.from(event.body ?? "", encoding);
  if (body.byteLength > MAX_BODY_BYTES) {
    throw new Refusal("PAYLOAD_TOO_LARGE", `The body must have at most ${MAX_BODY_BYTES} bytes.`);
  }
  // Leniently decoded, two bodies that differ would be stored alike, and the second taken for a repeat.
  if (!isUtf8(body)) throw new Refusal("INVALID_REQUEST", "The body must be UTF-8.");
  return {
    pathParameters: event.pathParameters ?? {},
    query: must(decodeQuery(event.rawQueryString)),
    rawQuery: event.rawQueryString,
    body: body.toString("utf8"),
  };
}

const respond = (
  statusCode: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse => ({
  statusCode,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});
