import { MAX_SYNC_BYTES } from "../../protocol/limits.ts";
import type { Message } from "../../protocol/objects.ts";
import type { Chat } from "../chat.ts";
import { bytesOf, fittingAtOnce } from "../model/frame-room.ts";
import type { Head } from "../model/records.ts";
import { presentMessages } from "./present-messages.ts";

/** So many changes are looked at for one answer. */
const MAX_CHANGES = 200;

/** What has changed after a rev, as far as one answer goes. */
export interface ChangedPage {
  readonly messages: readonly Message[];
  /** Every change up to here is in them, or is of a message above, or of one that is not for who asks. */
  readonly rev: number;
}

/**
 * The messages from `fromSeq` to `atMostSeq` that changed after `afterRev`, as they stand; at most `limit`, and no more
 * than a frame holds. The head was read before them: they bear all changes up to its `lastRev`.
 */
export async function listChanged(
  chat: Chat,
  head: Head,
  request: {
    readonly afterRev: number;
    readonly fromSeq: number;
    readonly atMostSeq: number;
    readonly limit: number;
  },
): Promise<ChangedPage> {
  const { afterRev, fromSeq, atMostSeq, limit } = request;
  const count = Math.min(MAX_CHANGES, head.lastRev - afterRev);
  const changes = await chat.changes.listAfter(head.id, afterRev, count);
  const isMeant = ({ seq }: { readonly seq: number }): boolean => seq >= fromSeq && seq <= atMostSeq;
  const seqs = [...new Set(changes.filter(isMeant).map(({ seq }) => seq))].slice(0, limit);
  const shown = new Map<number, Message>();
  let bytes = 0;
  for (let done = 0; done < seqs.length && bytes <= MAX_SYNC_BYTES;) {
    const some = seqs.slice(done, done + fittingAtOnce(head.largest));
    done += some.length;
    const records = await chat.messages.getMany(head.id, some);
    const presented = await presentMessages(
      chat,
      head,
      records.toSorted((a, b) => a.seq - b.seq),
      fromSeq,
    );
    const bySeq = new Map(presented.map((message) => [message.seq, message]));
    for (const message of some.flatMap((seq) => bySeq.get(seq) ?? [])) {
      bytes += bytesOf(message);
      // Never none: a client that pages must get on.
      if (bytes > MAX_SYNC_BYTES && shown.size > 0) break;
      shown.set(message.seq, message);
    }
  }
  const left = changes.find((change) => isMeant(change) && !shown.has(change.seq));
  return { messages: [...shown.values()], rev: left ? left.rev - 1 : (changes.at(-1)?.rev ?? afterRev) };
}
