import { randomUUID } from "node:crypto";
import type { Endpoints } from "../../test/support/person.ts";
import { gatherCrowd } from "./crowd.ts";
import { withLimit } from "./paced.ts";
import { openSocket, type Frame } from "./socket.ts";
import { turnOf } from "./turns.ts";

/** Pairs of people who talk with each other and with nobody else, a device each. */
export interface Pairs {
  /** The message of this number, by whose turn it is; false where it was not acked. */
  send(index: number, content: string): Promise<boolean>;
  close(): Promise<void>;
}

/** Hears of each message that a device is told. */
export type OnMessage = (device: number, content: string) => void;

/** With `onMessage` every device has its conversation open. */
export async function gatherPairs(cloud: Endpoints, count: number, onMessage?: OnMessage): Promise<Pairs> {
  const couples = Array.from({ length: count }, (_, index) => [2 * index, 2 * index + 1] as const);
  const { people, talks } = await gatherCrowd(cloud, 2 * count, couples);
  const devices = await withLimit(10, [...people.entries()], async ([device, { token }]) => {
    const socket = await openSocket(cloud.wsUrl, token, ({ type, message }) => {
      if (type === "new_message") onMessage?.(device, String((message as Frame)["content"]));
    });
    if (onMessage !== undefined) {
      const { conversationId } = talks[Math.floor(device / 2)]!;
      const { type } = await socket.ask({ action: "join_conversation", conversationId });
      if (type !== "ack") throw new Error(`Device ${device} may not join its conversation.`);
    }
    return socket;
  });
  const known = new Map<string, number>();
  return {
    send: async (index, content) => {
      const { pair, sender } = turnOf(index, count);
      const { conversationId } = talks[pair]!;
      const afterSeq = known.get(conversationId) ?? 0;
      const message = { conversationId, clientMessageId: randomUUID(), content, afterSeq };
      try {
        const answer = await devices[sender]!.ask({ action: "send_message", ...message });
        if (answer["type"] !== "ack") return false;
        const { seq } = (answer["data"] as { message: Frame }).message;
        known.set(conversationId, Math.max(Number(seq), known.get(conversationId) ?? 0));
        return true;
      } catch {
        return false;
      }
    },
    close: async () => {
      await Promise.all(devices.map((device) => device.close()));
    },
  };
}
