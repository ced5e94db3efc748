import { connectEvent, httpEvent, messageEvent, newId, type Socket } from "../../test/support/events.ts";
import type { FunctionStage } from "./function-stage.ts";

const DAY_SECONDS = 86_400;

/** Two people with two devices each and a conversation. */
export async function meet(stage: FunctionStage): Promise<{
  readonly conversationId: string;
  readonly sender: Socket;
  readonly devices: readonly Socket[];
}> {
  const { answers } = await stage.run("http", listEvent("ana"), [listEvent("ben"), meetEvent("ana", "ben")]);
  const { conversationId } = JSON.parse(answers.at(-1)?.body ?? "{}") as { conversationId: string };
  const devices = ["ana", "ana", "ben", "ben"].map(socketOf);
  const [sender, ...others] = devices as [Socket, ...Socket[]];
  await stage.run(
    "websocket",
    connectEvent(sender),
    others.map((socket) => connectEvent(socket)),
  );
  return { conversationId, sender, devices };
}

const claimsOf = (userId: string): Record<string, string> => ({ sub: userId, name: userId });

export const listEvent = (userId: string): unknown =>
  httpEvent({ route: "GET /api/conversations", claims: claimsOf(userId) });

const meetEvent = (userId: string, otherUserId: string): unknown =>
  httpEvent({
    route: "POST /api/conversations/find-or-create",
    claims: claimsOf(userId),
    body: { otherUserId },
  });

function socketOf(userId: string): Socket {
  const now = Date.now();
  const context = { tokenExpiresAt: String(Math.floor(now / 1000) + DAY_SECONDS) };
  return { connectionId: newId(), connectedAt: now, userId, context };
}

/** Each of them opens the conversation. */
export const joinEvents = (devices: readonly Socket[], conversationId: string): readonly unknown[] =>
  devices.map((socket) => messageEvent(socket, { action: "join_conversation", id: "j", conversationId }));

/** 200 bytes of content, as the figures of docs/data-model.md assume. */
export const sendEvent = (
  sender: Socket,
  conversationId: string,
  index: number,
  afterSeq?: number,
): unknown =>
  messageEvent(sender, {
    action: "send_message",
    id: String(index),
    conversationId,
    clientMessageId: newId(),
    content: `Message ${index} `.padEnd(200, "x"),
    ...(afterSeq === undefined ? {} : { afterSeq }),
  });
