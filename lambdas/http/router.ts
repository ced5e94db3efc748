import type { Chat } from "../chat/chat.ts";
import { noSuchRoute } from "../chat/model/refusal.ts";
import type { AdminRoute, HttpRoute } from "../protocol/routes.ts";
import { answering, isOneOf, requestOf } from "../runtime/http-events.ts";
import type { Route } from "../runtime/http-route.ts";
import { deleteBlockRoute, listBlocksRoute, putBlockRoute } from "./block-user.ts";
import { callerOf } from "./caller.ts";
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
import { listConversationsRoute } from "./list-conversations.ts";
import { listMembersRoute } from "./list-members.ts";
import { listMessagesRoute } from "./list-messages.ts";
import { listPinsRoute } from "./list-pins.ts";
import { listReactionsRoute } from "./list-reactions.ts";
import { markReadRoute } from "./mark-read.ts";
import { deletePinRoute, putPinRoute } from "./pin-message.ts";
import { deleteReactionRoute, putReactionRoute } from "./react-to-message.ts";
import { removeMemberRoute } from "./remove-member.ts";
import { searchUsersRoute } from "./search-users.ts";
import { sendMessageRoute } from "./send-message.ts";

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

/** The handler of every HTTP route but those for admins. The gateway's authorizer has checked the token. */
export const createHttpHandler = (chat: Chat) =>
  answering(chat, async (event) => {
    const { routeKey } = event;
    if (!isOneOf(ROUTES, routeKey)) throw noSuchRoute();
    const caller = await callerOf(chat, event);
    return ROUTES[routeKey](chat, caller, requestOf(event));
  });
