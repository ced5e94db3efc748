import { sendOnBehalf } from "../chat/operations/send-message.ts";
import { decodeAdminSendRequest } from "../protocol/admin-requests.ts";
import { conversationIdOf, must } from "./route.ts";
import type { RouteForAdmins } from "./route.ts";

export const sendOnBehalfRoute: RouteForAdmins<
  "POST /api/admin/conversations/{conversationId}/messages"
> = async ({ chat }, admin, request) => {
  const conversationId = conversationIdOf(request);
  const sent = await sendOnBehalf(chat, admin, {
    conversationId,
    ...must(decodeAdminSendRequest(request.body)),
  });
  return { status: sent.duplicate ? 200 : 201, body: sent };
};
