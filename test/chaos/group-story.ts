import type { Member, Message, Role, SystemEvent } from "../../lambdas/protocol/objects.ts";
import { checkGroup } from "./check-groups.ts";
import { Journal, LAG_MS, type GroupAct, type GroupIntent } from "./journal.ts";
import { Membership } from "./membership.ts";
import type { ConversationOutcome, Outcome } from "./outcome.ts";
import { CONVERSATION, listing, message } from "./story.ts";

/** Ann makes a group with Bob; Cid comes, Bob is removed, Cid becomes an admin and renames it. Open to be spoilt. */
export interface GroupStory {
  readonly journal: Journal;
  readonly history: "all" | "from_join";
  log: Message[];
  changes: ConversationOutcome["changes"][number][];
  members: Pick<Member, "id" | "role">[];
  outsiders: (readonly [string, string])[];
  lists: Map<string, ReturnType<typeof listing>[]>;
}

export const told = (seq: number, by: string, system: SystemEvent): Message => ({
  ...message(seq),
  ...{ sender: { ...message(seq).sender, id: by }, type: "system", content: "", clientMessageId: null },
  system,
});
export const said = (seq: number, by: string): Message => ({
  ...message(seq),
  sender: { ...message(seq).sender, id: by },
  readAt: null,
});

const LOG: readonly Message[] = [
  told(1, "ann", { event: "created", userIds: ["bob"], title: "the group" }),
  said(2, "bob"),
  told(3, "ann", { event: "members_added", userIds: ["cid"] }),
  said(4, "cid"),
  told(5, "ann", { event: "member_removed", userIds: ["bob"] }),
  said(6, "ann"),
  told(7, "ann", { event: "role_changed", userIds: ["cid"], role: "admin" }),
  told(8, "cid", { event: "details_changed", title: "another" }),
  said(9, "ann"),
];
const ACTS: ReadonlyMap<number, GroupAct> = new Map<number, GroupAct>([
  [3, { type: "add", userIds: ["cid"] }],
  [5, { type: "remove", userId: "bob" }],
  [7, { type: "role", userId: "cid", role: "admin" }],
  [8, { type: "rename", title: "another" }],
]);

/** Everything is asked for when everything before it has been acked, and seen by those who may. */
export function groupStory(history: "all" | "from_join" = "all"): GroupStory {
  let now = 0;
  const journal = new Journal(() => (now += LAG_MS + 1));
  journal.groups.add(CONVERSATION);
  for (const one of LOG) {
    const act = ACTS.get(one.seq);
    const beganAt = journal.tick();
    const saw = (to: string, source: "ack" | "event"): void =>
      journal.saw({ to, at: journal.tick(), askedAt: null, source, message: one });
    if (act) asked(journal, one.sender.id, act, beganAt);
    if (one.type === "text") saw(one.sender.id, "ack");
    saw("ann", "event");
  }
  const entry = (userId: string, myRole: Role) => ({
    ...listing(userId, 9),
    ...{ kind: "group" as const, title: "another", memberCount: 2, myRole },
    firstSeq: history === "from_join" && userId === "cid" ? 4 : 1,
  });
  return {
    ...{ journal, history, log: [...LOG], changes: [] },
    members: [
      { id: "ann", role: "owner" },
      { id: "cid", role: "admin" },
    ],
    outsiders: [["bob", "FORBIDDEN"]],
    lists: new Map([
      ["ann", [entry("ann", "owner")]],
      ["bob", []],
      ["cid", [entry("cid", "admin")]],
    ]),
  };
}

export function asked(
  journal: Journal,
  userId: string,
  act: GroupAct,
  beganAt = journal.tick(),
): GroupIntent {
  const intent: GroupIntent = {
    ...{ userId, conversationId: CONVERSATION, act, maxAttempts: 3, attempts: 1 },
    ...{ beganAt, ackedAt: journal.tick() },
  };
  journal.groupIntents.push(intent);
  return intent;
}

export function verdictOfGroup({
  journal,
  history,
  log,
  changes,
  members,
  outsiders,
  lists,
}: GroupStory): readonly string[] {
  const membership = new Membership(history, log, journal);
  const conversation: ConversationOutcome = {
    ...{ id: CONVERSATION, participants: ["ann", "cid"], log, changes, items: [], pins: [] },
    ...{ histories: new Map(), devices: new Map(), following: new Set(), reactors: new Map() },
    group: { membership, members, outsiders },
  };
  const outcome: Outcome = { conversations: [conversation], lists, clients: [], presence: new Map() };
  return checkGroup(journal, conversation, outcome).map(({ kind, text }) => `${kind}: ${text}`);
}
