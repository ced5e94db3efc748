import { sendOnBehalf } from "../chat/operations/send-message.ts";
import { decodeAdminSendRequest } from "../protocol/admin-requests.ts";
import { conversationIdOf, must } from "../runtime/http-route.ts";
import type { AdminsRoute } from "./route.ts";

export const sendOnBehalfRoute: AdminsRoute<
  "POST /api/admin/conversations/{conversationId}/messages"
> = async ({ chat }, admin, request) => {
  const conversationId = conversationIdOf(request);
  const sent = await sendOnBehalf(chat, admin, {
    conversationId,
    ...must(decodeAdminSendRequest(request.body)),
  });
  return { status: sent.duplicate ? 200 : 201, body: sent };
};
