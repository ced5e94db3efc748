import type {
  ChangeRecord,
  MessageChange,
  MessageRecord,
  MessageState,
  OwnReactions,
  Reaction,
  Reactor,
} from "./records.ts";

/**
 * What changes make of a message: pure. A message is the fold of its changes in the order of their `rev`, so
 * whoever has the same changes has the same message, however often and in whatever company they came.
 */

/** How many of those who reacted a message names. */
const MAX_LISTED_REACTORS = 20;

/** A message as it was sent, with nothing but a content. */
export const AS_SENT: Omit<MessageState, "content"> = {
  rev: 0,
  mentions: [],
  metadata: null,
  replyToSeq: null,
  editedAt: null,
  deletedAt: null,
  pinnedAt: null,
  reactions: [],
};

/** The message with those of its changes that are not in it yet; `changes` may be of any message, in any order. */
export function applyChanges(message: MessageRecord, changes: readonly ChangeRecord[]): MessageRecord {
  return changes
    .filter(({ seq, rev }) => seq === message.seq && rev > message.rev)
    .sort((a, b) => a.rev - b.rev)
    .reduce((before, record) => ({ ...before, ...changed(before, record), rev: record.rev }), message);
}

/**
 * Whether the message was read before one of these changes was in it that has been emptied since: an edit is
 * emptied only once its message has it, so reading the message again will do.
 */
export const isBehind = (message: MessageRecord, changes: readonly ChangeRecord[]): boolean =>
  changes.some(
    ({ seq, rev, change }) =>
      seq === message.seq && rev > message.rev && change.type === "edit" && change.said === null,
  );

function changed(message: MessageRecord, { change, userId, at }: ChangeRecord): Partial<MessageState> {
  switch (change.type) {
    case "edit":
      if (!change.said) throw new Error("What an edit said is gone, and its message does not have it.");
      return { ...change.said, editedAt: at };
    case "delete":
      return { ...AS_SENT, content: "", editedAt: message.editedAt, deletedAt: at };
    case "react":
      return { reactions: reacted(message.reactions, userId, change) };
    case "pin":
      return { pinnedAt: change.on ? at : null };
    case "erase":
      return {};
  }
}

function reacted(
  reactions: readonly Reaction[],
  userId: string,
  { emoji, on }: MessageChange & { type: "react" },
): readonly Reaction[] {
  const index = reactions.findIndex((reaction) => reaction.emoji === emoji);
  const before = reactions[index] ?? { emoji, count: 0, userIds: [] };
  const others = before.userIds.filter((id) => id !== userId);
  // Of two people nobody is ever left out; where more take part, who comes next has to be read.
  const isListed = before.userIds.length === before.count && others.length < MAX_LISTED_REACTORS;
  const after: Reaction = on
    ? { emoji, count: before.count + 1, userIds: isListed ? [...others, userId] : others }
    : { emoji, count: before.count - 1, userIds: others };
  if (index < 0) return [...reactions, after];
  return after.count > 0 ? reactions.with(index, after) : reactions.toSpliced(index, 1);
}

/** Whether the message names fewer than it could: one it named took theirs back, and who comes next has to be read. */
export const lacksReactors = ({ reactions }: MessageRecord): boolean => reactions.some(isShort);

const isShort = ({ count, userIds }: Reaction): boolean =>
  userIds.length < Math.min(count, MAX_LISTED_REACTORS);

/**
 * The message with those in the empty places who come next, `all` being who has put what to it, read once all its
 * changes up to its `rev` were in there. Where one of them is ahead of it, nobody can tell what they had as of that
 * `rev`: the places stay empty, and whoever brings the message to the later change finds them.
 */
export function fillReactors(message: MessageRecord, all: readonly Reactor[]): MessageRecord {
  if (all.some(({ rev }) => rev > message.rev)) return message;
  return {
    ...message,
    reactions: message.reactions.map((reaction) =>
      isShort(reaction) ? { ...reaction, userIds: firstOf(reaction.emoji, all) } : reaction,
    ),
  };
}

const firstOf = (emoji: string, all: readonly Reactor[]): readonly string[] =>
  all
    .flatMap(({ userId, emojis }) => {
      const put = emojis.get(emoji);
      return put ? [{ userId, ...put }] : [];
    })
    .sort((a, b) => a.rev - b.rev || a.at - b.at)
    .slice(0, MAX_LISTED_REACTORS)
    .map(({ userId }) => userId);

/** One user's reactions to a message with those changes that are not in them yet. */
export function applyOwnReactions(
  own: OwnReactions,
  { seq, userId }: { readonly seq: number; readonly userId: string },
  changes: readonly ChangeRecord[],
): OwnReactions {
  return changes
    .filter((record) => record.seq === seq && record.userId === userId && record.rev > own.rev)
    .sort((a, b) => a.rev - b.rev)
    .reduce((before, { change, rev, at }) => {
      if (change.type !== "react") return before;
      const emojis = new Map(before.emojis);
      emojis.delete(change.emoji);
      if (change.on) emojis.set(change.emoji, { at, rev });
      return { rev, emojis };
    }, own);
}

/** The pinned messages after these changes, in the order in which they were pinned; `changes` in that of their `rev`. */
export function applyPins(pins: readonly number[], changes: readonly ChangeRecord[]): readonly number[] {
  return changes.reduce((before, { seq, change }) => {
    if (change.type === "pin" && change.on) return [...before.filter((pinned) => pinned !== seq), seq];
    const ends = change.type === "delete" || change.type === "pin";
    return ends ? before.filter((pinned) => pinned !== seq) : before;
  }, pins);
}
