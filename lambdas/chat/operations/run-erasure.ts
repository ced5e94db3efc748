import type { Chat } from "../chat.ts";
import type { ErasureStore, TraceStore } from "../duty-ports.ts";
import type { Erasure, ErasureRun } from "../model/erasure.ts";
import { erasePiece } from "../steps/erase-conversation.ts";
import type { Eraser, Piece } from "../steps/erase-conversation.ts";

/** How long one step goes on before it leaves the rest to the next: the worker has a minute. */
const STEP_MS = 10 * 1000;
/** Longer than the worker may run: whoever holds it after that is dead. */
const LEASE_MS = 70 * 1000;
const ITEMS_A_PIECE = 100;

/**
 * One step of an erasure: pieces of bounded size, each stored as done before the next, then a task for the next step.
 * Of two that come at once one finds the lease taken and ends; what dies goes on from its last piece, which may be
 * done twice.
 */
export async function runErasure(
  parts: { readonly chat: Chat; readonly erasures: ErasureStore; readonly traces: TraceStore },
  id: string,
): Promise<void> {
  const { chat, erasures } = parts;
  const holder = Buffer.from(chat.random.bytes(12)).toString("base64url");
  const began = chat.clock.now();
  let erasure = await erasures.take(id, { holder, now: began, until: began + LEASE_MS });
  while (erasure?.run) {
    const { place, done } = await eraseNext(parts, erasure, erasure.run);
    const counts = {
      conversations: erasure.counts.conversations + (done.conversations ?? 0),
      messages: erasure.counts.messages + (done.messages ?? 0),
      items: erasure.counts.items + (done.items ?? 0),
    };
    const now = chat.clock.now();
    if (place === "nothing left") {
      if (await erasures.finish(id, holder, counts, now))
        chat.log.audit("erasure done", { jobId: id, ...counts });
      return;
    }
    const isOver = now - began >= STEP_MS;
    const until = isOver ? null : now + LEASE_MS;
    if (!(await erasures.save(id, holder, { place, counts, at: now, until }))) return;
    if (isOver) {
      chat.log.audit("erasure goes on", { jobId: id, ...counts });
      return chat.queue.send({ type: "erase", jobId: id }, 0);
    }
    erasure = { ...erasure, counts, run: { ...erasure.run, place } };
  }
}

type Next = { readonly place: Piece["place"] | "nothing left"; readonly done: Piece["done"] };

/** The next piece: of the conversation begun, of the first that is left, or, behind the last, of what stands under the user. */
async function eraseNext(
  { chat, traces }: Pick<Eraser, "chat" | "traces">,
  { messages }: Erasure,
  run: ErasureRun,
): Promise<Next> {
  if (run.place) return erasePiece({ chat, traces, run, messages }, run.place);
  const row = await traces.firstRow(run.userId);
  if (row) return { place: { ...row, phase: "enter", after: "", seq: 0 }, done: {} };
  const items = await traces.removeOwn(run.userId, ITEMS_A_PIECE);
  return { place: items === 0 ? "nothing left" : null, done: { items } };
}
