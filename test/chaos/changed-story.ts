import type { ChangeRecord } from "../../lambdas/chat/model/records.ts";
import type { Message } from "../../lambdas/protocol/objects.ts";
import type { ChangeIntent, WantedChange } from "./journal.ts";
import { CONVERSATION, known, listed, message, story, timeOf, type Story } from "./story.ts";

const HEART = "\u2764\uFE0F";

const change = (rev: number, seq: number, userId: string, change: ChangeRecord["change"]): ChangeRecord => ({
  ...{ conversationId: CONVERSATION, rev, seq, userId, change, attemptId: `attempt ${rev}` },
  at: Date.parse(timeOf(10 + rev)),
});

/** Ann's first message is edited, Bob puts a heart to it, then pins his own; Ann's last one is deleted. */
export const CHANGES: readonly ChangeRecord[] = [
  change(1, 1, "ann", { type: "edit", said: null }),
  change(2, 1, "bob", { type: "react", emoji: HEART, on: true }),
  change(3, 2, "bob", { type: "pin", on: true }),
  change(4, 3, "ann", { type: "delete" }),
];
const WANTED: readonly WantedChange[] = [
  { type: "edit", content: "edited", ifRev: 0 },
  { type: "react", emoji: HEART, on: true },
  { type: "pin", on: true },
  { type: "delete" },
];

const edited: Message = { ...message(1), rev: 1, content: "edited", editedAt: timeOf(11) };
/** What each change has made of its message. */
export const STATES: readonly Message[] = [
  edited,
  { ...edited, rev: 2, reactions: [{ emoji: HEART, count: 1, userIds: ["bob"] }] },
  { ...message(2), rev: 3, pinnedAt: timeOf(13) },
  { ...message(3), rev: 4, content: "", deletedAt: timeOf(14) },
];
export const CHANGED_LOG = STATES.slice(1);

/** The story in which everything went well, and then messages were changed; open to be spoilt. */
export function changedStory(stepMs?: number): Story {
  const tale = story(stepMs);
  const { journal } = tale;
  for (const [index, { seq, userId }] of CHANGES.entries()) {
    const state = STATES[index]!;
    const intent: ChangeIntent = {
      ...{ userId, conversationId: CONVERSATION, seq, change: WANTED[index]!, maxAttempts: 3, attempts: 1 },
      ...{ acks: [{ at: journal.tick(), message: state }], isMade: false, refusals: [] },
    };
    journal.changes.push(intent);
    journal.saw({ to: userId, at: journal.tick(), askedAt: null, source: "ack", message: state });
  }
  known(tale, CHANGED_LOG);
  for (const id of ["ann", "bob"])
    listed(tale, id, { lastRev: 4, lastMessage: { ...STATES[3]!, truncated: false } });
  tale.changes.push(...CHANGES);
  tale.pins = [STATES[2]!];
  tale.reactors.set(1, [["bob", HEART]]);
  tale.items.push(
    ...CHANGED_LOG.map(({ seq, content }) => ({ sk: `M#${seq}`, content })),
    ...CHANGES.map(({ rev, change: { type } }) => ({ sk: `X#${rev}`, change: { type } })),
    { sk: "META", lastMessage: { content: "" } },
  );
  journal.syncs.push({
    ...{
      userId: "ann",
      askedAt: journal.tick(),
      conversationId: CONVERSATION,
      afterSeq: 3,
      messages: [],
      lastSeq: 3,
    },
    ...{ hasMore: false, afterRev: 0, changed: CHANGED_LOG, rev: 4, lastRev: 4 },
  });
  return tale;
}
