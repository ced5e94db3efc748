import type { Chat } from "../chat.ts";
import { discloses } from "../model/disclosure.ts";
import { readAtOf } from "../model/head.ts";
import type { Head, MessageRecord, ReadStep } from "../model/records.ts";

/** Tells when a message's recipients had all read it; null while one has not. */
export type ReadTimes = (message: MessageRecord) => number | null;

/**
 * Loads what `readAt` of these messages (of one conversation, oldest first) needs: for each participant the
 * steps inside the page and the first one above it. A head that names no step that high spares the look-up.
 * Between people to whom receipts are not disclosed nothing is told, not even one's own reading; in a group nothing is kept of it.
 */
export async function loadReadTimes(
  chat: Chat,
  head: Head,
  messages: readonly MessageRecord[],
): Promise<ReadTimes> {
  if (head.group || !discloses(head, chat.rules)) return () => null;
  const first = messages[0]?.seq ?? 0;
  const steps = await Promise.all(
    head.participants.map(async ({ stepSeq }, participant): Promise<readonly ReadStep[]> => {
      if (messages.length === 0 || stepSeq < first) return [];
      const limit = messages.at(-1)!.seq - first + 2;
      if (limit > 2 * messages.length + 2) return firstStepOfEach(chat, head, participant, messages);
      const list = (consistency: "strong" | "eventual"): Promise<readonly ReadStep[]> =>
        chat.heads.listReadSteps(head.id, participant, first, limit, consistency);
      const found = await list("eventual");
      // The head was read from a fresher replica than the steps: then a step it names is missing here, and
      // a message would seem to be read later than it was.
      const lags = found.length < limit && !found.some(({ seq }) => seq === stepSeq);
      return lags ? list("strong") : found;
    }),
  );
  return (message) => {
    const times = head.participants.flatMap((participant, index) =>
      participant.id === message.senderId ? [] : [readAtOf(message.seq, participant, steps[index] ?? [])],
    );
    return times.length === 0 || times.includes(null) ? null : Math.max(...times.map((at) => at ?? 0));
  };
}

/** Of messages far from each other the steps between them are nobody's business. */
async function firstStepOfEach(
  chat: Chat,
  head: Head,
  participant: number,
  messages: readonly MessageRecord[],
): Promise<readonly ReadStep[]> {
  const steps = await Promise.all(
    messages.map(({ seq }) => chat.heads.listReadSteps(head.id, participant, seq, 1, "strong")),
  );
  return steps.flat();
}
