import type { Message } from "../../protocol/objects.ts";
import type { Caller, Chat } from "../chat.ts";
import { weightOf } from "../model/reading-weight.ts";
import { firstSeqOf } from "../model/standing.ts";
import { participate, stillParticipate } from "../steps/participate.ts";
import { presentMessages } from "../steps/present-messages.ts";

/**
 * The pinned messages, latest pin first.
 *
 * @throws Refusal `RATE_LIMITED`, `NOT_FOUND`, `FORBIDDEN`
 */
export async function listPins(
  chat: Chat,
  caller: Caller,
  conversationId: string,
): Promise<{ readonly messages: readonly Message[] }> {
  await chat.limits.reads.take(caller.userId);
  const participation = await participate(chat, caller, conversationId, "strong");
  const { head } = participation;
  const weight = weightOf(head.pins.length, head.largest);
  if (weight > 1) await chat.limits.reads.take(caller.userId, weight - 1);
  const found = await chat.messages.getMany(head.id, head.pins);
  const { standing } = await stillParticipate(chat, caller, participation);
  const firstSeq = firstSeqOf(head, standing);
  const pinned = found
    .filter(({ seq, pinnedAt }) => pinnedAt !== null && seq >= firstSeq)
    .sort((a, b) => a.seq - b.seq);
  const presented = await presentMessages(chat, head, pinned, firstSeq);
  const placeOf = new Map(head.pins.map((seq, place) => [seq, place]));
  return { messages: presented.toSorted((a, b) => placeOf.get(b.seq)! - placeOf.get(a.seq)!) };
}
