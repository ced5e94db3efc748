import type { Chat, ConnectedCaller } from "../chat/chat.ts";
import { notRegistered, Refusal } from "../chat/model/refusal.ts";
import { decodeFrame } from "../protocol/client-frames.ts";
import type { ClientFrame, FrameOf } from "../protocol/client-frames.ts";
import type { Action } from "../protocol/routes.ts";
import type { AckData, ErrorFrame, PushedFrame } from "../protocol/server-frames.ts";
import { reportFailure, toClientError } from "../runtime/client-error.ts";
import type { SocketParts } from "../runtime/composition.ts";
import type { WebSocketEvent, WebSocketResponse } from "../runtime/websocket-events.ts";
import { callerOf, tokenExpiresAt } from "./caller.ts";
import { connectRoute } from "./connect.ts";
import { deleteMessageRoute } from "./delete-message.ts";
import { disconnectRoute } from "./disconnect.ts";
import { editMessageRoute } from "./edit-message.ts";
import { joinConversationRoute } from "./join-conversation.ts";
import { leaveConversationRoute } from "./leave-conversation.ts";
import { markReadRoute } from "./mark-read.ts";
import { reactRoute } from "./react.ts";
import type { Route } from "./route.ts";
import { sendMessageRoute } from "./send-message.ts";
import { syncRoute } from "./sync.ts";
import { typingStartRoute } from "./typing-start.ts";
import { typingStopRoute } from "./typing-stop.ts";

const ROUTES: { readonly [A in Action]: Route<A> } = {
  join_conversation: joinConversationRoute,
  leave_conversation: leaveConversationRoute,
  send_message: sendMessageRoute,
  edit_message: editMessageRoute,
  delete_message: deleteMessageRoute,
  react: reactRoute,
  typing_start: typingStartRoute,
  typing_stop: typingStopRoute,
  mark_read: markReadRoute,
  sync: syncRoute,
};

/** The handler of every WebSocket route but `ping`, which the gateway answers itself. */
export const createWebSocketHandler =
  ({ chat, queue }: SocketParts) =>
  async (event: WebSocketEvent): Promise<WebSocketResponse> => {
    switch (event.requestContext.eventType) {
      case "CONNECT":
        return answerOrFail(chat, "$connect", () => connectRoute(chat, queue, event));
      case "DISCONNECT":
        return answerOrFail(chat, "$disconnect", () => disconnectRoute(chat, event));
      case "MESSAGE":
        return answerFrame(chat, event);
    }
  };

async function answerOrFail(
  chat: Chat,
  route: string,
  answer: () => Promise<WebSocketResponse>,
): Promise<WebSocketResponse> {
  try {
    return await answer();
  } catch (error) {
    reportFailure(error, chat, route);
    return { statusCode: 500 };
  }
}

async function answerFrame(chat: Chat, event: WebSocketEvent): Promise<WebSocketResponse> {
  const decoded = decodeFrame(event.body ?? "");
  const { id } = decoded;
  const action = decoded.ok ? decoded.frame.action : decoded.action;
  try {
    const caller = callerOf(event);
    const { connectionId } = caller;
    if (chat.clock.now() >= tokenExpiresAt(event)) {
      return await end(
        chat,
        connectionId,
        errorFrame(id, action, toClientError(tokenExpired(), chat, "frame")),
      );
    }
    if (chat.memory.strays.get(connectionId)) {
      return await end(
        chat,
        connectionId,
        errorFrame(id, action, toClientError(notRegistered(), chat, "frame")),
      );
    }
    if (!decoded.ok) throw new Refusal("INVALID_REQUEST", decoded.message);
    const frame = await answerDecoded(chat, caller, id, decoded.frame);
    // What a stray has got stored is stored, and said so; it is the last that it does.
    if (!chat.memory.strays.get(connectionId)) return reply(frame);
    const farewell = frame?.type === "error" ? [] : [errorFrame(null, null, notRegistered())];
    return await end(chat, connectionId, ...(frame ? [frame] : []), ...farewell);
  } catch (error) {
    return reply(errorFrame(id, action, toClientError(error, chat, action ?? "$default")));
  }
}

async function answerDecoded(
  chat: Chat,
  caller: ConnectedCaller,
  id: string | null,
  frame: ClientFrame,
): Promise<PushedFrame | null> {
  try {
    return answer(id, frame, await run(chat, caller, frame));
  } catch (error) {
    return errorFrame(id, frame.action, toClientError(error, chat, frame.action));
  }
}

/** Frames pushed in their order, then the close: a route response would come too late. */
async function end(
  chat: Chat,
  connectionId: string,
  ...frames: readonly PushedFrame[]
): Promise<WebSocketResponse> {
  for (const frame of frames) await chat.sockets.push([{ connectionId, frame }]);
  await chat.sockets.close([connectionId]);
  return { statusCode: 200 };
}

function run<A extends Action>(chat: Chat, caller: ConnectedCaller, frame: FrameOf<A>): Promise<AckData[A]> {
  const route = ROUTES[frame.action] as Route<A>;
  return route(chat, caller, frame);
}

/** A frame without an id gets no ack; the message it sent or changed comes back as the event the others get. */
function answer(id: string | null, { action }: ClientFrame, data: AckData[Action]): PushedFrame | null {
  if (id !== null) return { type: "ack", id, action, data } as PushedFrame;
  if (!("message" in data)) return null;
  return { type: action === "send_message" ? "new_message" : "message_changed", message: data.message };
}

const reply = (frame: PushedFrame | null): WebSocketResponse =>
  frame ? { statusCode: 200, body: JSON.stringify(frame) } : { statusCode: 200 };

const errorFrame = (
  id: string | null,
  action: string | null,
  { code, message }: Pick<ErrorFrame, "code" | "message">,
): ErrorFrame => ({
  type: "error",
  ...(id === null ? {} : { id }),
  ...(action === null ? {} : { action }),
  code,
  message,
});

const tokenExpired = (): Refusal =>
  new Refusal("UNAUTHORIZED", "Your token has expired: connect again with a fresh one.");
