import type { Message } from "../../lambdas/protocol/objects.ts";
import type { GroupIntent, GroupRefusal, Journal, Violation } from "./journal.ts";
import { isClaim, type GroupState, type Membership } from "./membership.ts";
import type { ConversationOutcome, GroupOutcome, Outcome } from "./outcome.ts";

/** Who is in a group stands in its log; nobody else sees, or does, anything in it; everybody has it the same. */
export function checkGroup(
  journal: Journal,
  conversation: ConversationOutcome,
  outcome: Outcome,
): readonly Violation[] {
  const { id, group, log } = conversation;
  if (!group) return [];
  const { membership } = group;
  const intents = journal.groupIntents.filter(({ conversationId }) => conversationId === id);
  return [
    ...checkEvents(log, intents, membership),
    ...intents.flatMap((intent) => checkAcked(intent, membership)),
    ...checkSeen(journal, conversation, membership),
    ...checkSends(journal, conversation, membership),
    ...checkDone(conversation, membership),
    ...journal.groupRefusals
      .filter(({ conversationId }) => conversationId === id)
      .flatMap((refusal) => checkRefusal(refusal, membership)),
    ...checkMoves(journal, conversation, membership),
    ...checkEnd(conversation, group, outcome),
  ];
}

const wrong = (text: string): Violation => ({ kind: "members", text });
const leaked = (text: string): Violation => ({ kind: "leaked", text });

const isManager = ({ roles }: GroupState, userId: string): boolean => {
  const role = roles.get(userId);
  return role === "owner" || role === "admin";
};

/** Each asked for, by somebody who may, and none in vain: as of the message before it. */
function checkEvents(
  log: readonly Message[],
  intents: readonly GroupIntent[],
  { states }: Membership,
): readonly Violation[] {
  const events = log.filter(({ type }) => type === "system");
  return events.flatMap((event, index): readonly Violation[] => {
    const what = `${event.system?.event} (${event.seq}, of ${event.system?.userIds?.join(", ")}) by ${event.sender.id}`;
    const before = states[index - 1];
    if (!before)
      return event.seq === 1 && event.system?.event === "created" ? [] : [wrong(`${what} is the first`)];
    const claims = intents.filter((intent) => isClaim(intent, event));
    // What was asked for at once may have come in two, and what one has asked for twice is told of alike.
    const alike = events.filter((one) => claims.some((intent) => isClaim(intent, one)));
    const tries = intents
      .filter((intent) => alike.some((one) => isClaim(intent, one)))
      .reduce((sum, { attempts }) => sum + attempts, 0);
    return [
      ...(claims.length === 0 ? [wrong(`nobody asked for ${what}`)] : []),
      ...(alike.length > tries ? [wrong(`${what} is there ${alike.length} times by ${tries} tries`)] : []),
      ...judged(event, before).map((why) => wrong(`${what} ${why}`)),
    ];
  });
}

/** What speaks against an event behind this state. */
function judged({ sender, system }: Message, before: GroupState): readonly string[] {
  const { roles } = before;
  const [whom = ""] = system?.userIds ?? [];
  const target = roles.get(whom);
  const against: readonly (readonly [boolean, string])[] = [
    [!roles.has(sender.id), "who is not in it"],
    [
      system?.event !== "member_left" && !isManager(before, sender.id),
      "who is neither its owner nor an admin",
    ],
    [
      system?.event === "members_added" && system.userIds!.some((userId) => roles.has(userId)),
      "adds who is in it already",
    ],
    [system?.event === "member_removed" && target === undefined, "removes who is not in it"],
    [
      system?.event === "member_removed" && roles.get(sender.id) === "admin" && target !== "member",
      "who is not above them",
    ],
    [
      system?.event === "role_changed" && (roles.get(sender.id) !== "owner" || target === system.role),
      "is no new role of the owner's giving",
    ],
    [
      system?.event === "member_left" && target === "owner" && !hasSuccessor(system.successor, before),
      "leaves it without the right owner",
    ],
    [system?.event === "details_changed" && system.title === before.title, "changes nothing"],
  ];
  return against.flatMap(([isSo, why]) => (isSo ? [why] : []));
}

/** The oldest admin, else the oldest member. */
function hasSuccessor(successor: string | undefined, { roles, joinedSeqs }: GroupState): boolean {
  const others = [...roles].filter(([, role]) => role !== "owner");
  const admins = others.filter(([, role]) => role === "admin");
  const ids = (admins.length > 0 ? admins : others).map(([userId]) => userId);
  const oldest = Math.min(...ids.map((userId) => joinedSeqs.get(userId) ?? 0));
  return successor !== undefined && ids.includes(successor) && joinedSeqs.get(successor) === oldest;
}

/** By then the group was as it was asked for, at some time since. */
function checkAcked(
  { userId, act, beganAt, ackedAt }: GroupIntent,
  membership: Membership,
): readonly Violation[] {
  if (ackedAt === null) return [];
  const isSo = ({ roles, title }: GroupState): boolean => {
    switch (act.type) {
      case "add":
        return act.userIds.every((one) => roles.has(one));
      case "remove":
        return !roles.has(act.userId);
      case "role":
        return roles.get(act.userId) === act.role;
      case "rename":
        return title === act.title;
    }
  };
  const text = `${act.type} by ${userId} was answered, and never was so: ${JSON.stringify(act)}`;
  return membership.mayHaveBeen(beganAt ?? 0, ackedAt, isSo) ? [] : [wrong(text)];
}

/** Whatever anybody was shown was theirs to see. */
function checkSeen(
  { sights }: Journal,
  { id }: ConversationOutcome,
  membership: Membership,
): readonly Violation[] {
  return sights.flatMap(({ to, at, source, message }): readonly Violation[] => {
    if (message.conversationId !== id || membership.maySee(to, message.seq, at)) return [];
    // One's own that was checked before one's removal, and stored behind it.
    if (source === "ack" && message.sender.id === to) return [];
    return [leaked(`${source} showed ${to} message ${message.seq} of a group, which is not theirs to see`)];
  });
}

/** Behind a removal that was in force nothing of theirs is stored that they tried only then. */
function checkSends(
  { intents }: Journal,
  { id, log }: ConversationOutcome,
  membership: Membership,
): readonly Violation[] {
  return intents
    .filter(({ conversationId }) => conversationId === id)
    .flatMap(({ senderId, content, clientMessageId, beganAt }): readonly Violation[] => {
      if (beganAt === null) return [];
      const stored = log.find(
        ({ sender, ...one }) =>
          sender.id === senderId && one.clientMessageId === clientMessageId && one.content === content,
      );
      const isIn = ({ roles }: GroupState): boolean => roles.has(senderId);
      if (!stored || membership.mayHaveBeen(beganAt, Infinity, isIn)) return [];
      return [wrong(`message ${stored.seq} is by ${senderId}, who was not in the group any more`)];
    });
}

/** Others' messages are deleted, and messages pinned, by the owner and admins; nobody else changes anything. */
function checkDone({ id, log, changes }: ConversationOutcome, membership: Membership): readonly Violation[] {
  return changes.flatMap(({ seq, rev, userId, change }): readonly Violation[] => {
    const isOwn = log[seq - 1]?.sender.id === userId;
    const takesRight = change.type === "pin" || (change.type === "delete" && !isOwn);
    const isRight = (state: GroupState): boolean =>
      takesRight ? isManager(state, userId) : state.roles.has(userId);
    return membership.mayHaveBeen(0, Infinity, isRight)
      ? []
      : [wrong(`change ${rev} of ${id} (${change.type}) is by ${userId}, who never had the right to it`)];
  });
}

/** Refused is only what may have been nobody's right. */
function checkRefusal(refusal: GroupRefusal, membership: Membership): readonly Violation[] {
  const { userId, action, code, askedAt, at, about } = refusal;
  const isRight = (state: GroupState): boolean => {
    const { roles, joinedSeqs } = state;
    if (!roles.has(userId)) return code === "FORBIDDEN";
    const whom = about.userIds ?? [];
    switch (code) {
      case "FORBIDDEN":
        // Of a message of others', and as anything but the owner.
        return ["delete", "delete_message", "pin", "add", "rename"].includes(action)
          ? !isManager(state, userId)
          : action === "role"
            ? roles.get(userId) !== "owner"
            : action === "remove" && (!isManager(state, userId) || roles.get(whom[0]!) !== "member");
      case "NOT_FOUND":
        return action === "remove" || action === "role"
          ? !roles.has(whom[0]!)
          : membership.history === "from_join" && (joinedSeqs.get(userId) ?? 0) >= (about.seq ?? Infinity);
      case "INVALID_REQUEST":
        return action === "send_message" && whom.some((one) => !roles.has(one));
      case "CONFLICT":
        // The owner's own role; or one was let in anew while one asked.
        return action === "role" ? whom[0] === userId : action === "sync" || action === "history";
      default:
        return false;
    }
  };
  if (membership.mayHaveBeen(askedAt, at, isRight)) return [];
  return [wrong(`${action} by ${userId} was refused with ${code} (${JSON.stringify(about)})`)];
}

/** Nobody is told of having come or gone who has not. */
function checkMoves(
  { moves }: Journal,
  { id }: ConversationOutcome,
  membership: Membership,
): readonly Violation[] {
  return moves.flatMap(({ userId, conversationId, at, isIn }): readonly Violation[] => {
    if (conversationId !== id) return [];
    const isSo = ({ roles }: GroupState): boolean => roles.has(userId) === isIn;
    return membership.mayHaveBeen(0, at, isSo)
      ? []
      : [wrong(`${userId} was told to be ${isIn ? "in" : "out"}, and was not`)];
  });
}

/** What everybody is told at the end is what the log says. */
function checkEnd(
  { id }: ConversationOutcome,
  { membership, members, outsiders }: GroupOutcome,
  { lists }: Outcome,
): readonly Violation[] {
  const { last } = membership;
  if (!last) return [wrong(`${id} has no beginning`)];
  const named = (some: Iterable<readonly [string, string]>): string =>
    [...some]
      .map((one) => one.join(" "))
      .toSorted()
      .join(", ");
  const listed = named(members.map((member) => [member.id, member.role]));
  return [
    ...(listed === named(last.roles) ? [] : [wrong(`members are ${listed}, not ${named(last.roles)}`)]),
    ...outsiders.flatMap(([userId, code]) =>
      code === "FORBIDDEN" ? [] : [wrong(`${userId}, who is not in the group, was answered ${code}`)],
    ),
    ...[...lists].flatMap(([userId, list]): readonly Violation[] => {
      const one = list.find((conversation) => conversation.id === id);
      const role = last.roles.get(userId);
      if (!one || role === undefined)
        return (one === undefined) === (role === undefined)
          ? []
          : [wrong(`${userId}'s list ${one ? "has" : "lacks"} the group`)];
      const shown = `${one.kind} ${one.title}, ${one.memberCount} members, as ${one.myRole}, from ${one.firstSeq}`;
      const right = `group ${last.title}, ${last.roles.size} members, as ${role}, from ${membership.firstSeqOf(userId)}`;
      return shown === right ? [] : [wrong(`${userId}'s list has ${shown}; not ${right}`)];
    }),
  ];
}
