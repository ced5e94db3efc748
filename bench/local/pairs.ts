import { randomUUID } from "node:crypto";
import type { Endpoints } from "../../test/support/person.ts";
import { gatherCrowd } from "../load/crowd.ts";
import { withLimit } from "../load/paced.ts";
import { openSocket, type Frame } from "../load/socket.ts";

/** Pairs of people who talk with each other and with nobody else, a device each. */
export interface Pairs {
  /** The next pair's next message, now of one, now of the other; false where it was not acked. */
  send(): Promise<boolean>;
  close(): Promise<void>;
}

export async function gatherPairs(
  cloud: Endpoints & { readonly wsUrl: string },
  count: number,
): Promise<Pairs> {
  const couples = Array.from({ length: count }, (_, index) => [2 * index, 2 * index + 1] as const);
  const { people, talks } = await gatherCrowd(cloud, 2 * count, couples);
  const devices = await withLimit(10, people, ({ token }) => openSocket(cloud.wsUrl, token));
  const known = new Map<string, number>();
  let next = 0;
  return {
    send: async () => {
      const index = next++;
      const talk = talks[index % talks.length];
      const device = devices[talk?.people[Math.floor(index / talks.length) % 2] ?? 0];
      if (talk === undefined || device === undefined) throw new Error("There are no pairs.");
      const { conversationId } = talk;
      const afterSeq = known.get(conversationId) ?? 0;
      const message = {
        conversationId,
        clientMessageId: randomUUID(),
        content: `Message ${index}`,
        afterSeq,
      };
      try {
        const answer = await device.ask({ action: "send_message", ...message });
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
