import type { EventFrame } from "../../protocol/server-frames.ts";
import type { Caller, Chat } from "../chat.ts";
import { inParallel } from "../in-parallel.ts";
import { belongs, isEvent, standingsAfter } from "../model/membership.ts";
import type { EventMessage } from "../model/membership.ts";
import type { MemberRecord, Role, UserRecord } from "../model/records.ts";
import { firstSeqOf, unreadOf } from "../model/standing.ts";
import { iso } from "../model/times.ts";
import { toConversation, toMessage, toPreview, toUser, userIn } from "../model/views.ts";
import type { EventAppended, GroupHead } from "./append-event.ts";
import { countMentions } from "./count-mentions.ts";
import { fanOut } from "./fan-out.ts";

/** Rooms left at a time by one who was removed from a group. */
const ROOMS_AT_ONCE = 10;
const COUNTS_AT_ONCE = 25;

type Belonging = MemberRecord & { readonly role: Role };

/**
 * Tells what has happened to a group: those who have come that it is theirs, those who have gone that it is no more,
 * everybody else as of any message. Read after it was stored and derived: whoever is gone is told nothing of it, and
 * whoever connects meanwhile either is told or finds it.
 */
export async function tellEvent(chat: Chat, caller: Caller, { head, message }: EventAppended): Promise<void> {
  if (!message || !isEvent(message)) return;
  const members = await chat.members.list(head.id, "strong");
  const gone = goneBy(message);
  const ids = [...new Set([...members.map(({ userId }) => userId), ...gone, message.senderId])];
  const users = await chat.users.getMany(ids, "strong");
  const told = toMessage(message, toUser(userIn(users, message.senderId)), null, null);
  const added = comeBy(message, head);
  const belonging = new Map(members.filter(belongs).map((member) => [member.userId, member]));
  const mentioned = [...belonging.values()].filter(({ readSeq, mentionedSeq = 0 }) => mentionedSeq > readSeq);
  const counts = new Map(
    await inParallel(mentioned, COUNTS_AT_ONCE, async (member) => {
      const { userId } = member;
      return [userId, await countMentions(chat, head, userId, member, "eventual")] as const;
    }),
  );
  const left = gone.filter((userId) => !belonging.has(userId));
  await Promise.all([
    fanOut(chat, pick(users, left), () => ({ type: "conversation_removed", conversationId: head.id })),
    leaveRooms(chat, head.id, pick(users, left)),
    fanOut(chat, pick(users, [...belonging.keys()]), (user, connection) => {
      if (connection.id === caller.connectionId) return null;
      const newcomer = added.get(user.id);
      if (newcomer)
        return {
          type: "conversation_added",
          conversation: toConversation(head, newcomer, users, chat.clock.now(), chat.rules, 0),
        };
      const member = belonging.get(user.id)!;
      if (message.seq < firstSeqOf(head, member)) return null;
      if (connection.rooms.has(head.id)) return { type: "new_message", message: told };
      return updated(head, member, users, counts.get(user.id) ?? 0);
    }),
  ]);
}

/** Those who belong to it since this message, as they stand by it. */
const comeBy = (message: EventMessage, { group }: GroupHead): ReadonlyMap<string, Belonging> => {
  const { event } = message.system;
  if (event !== "created" && event !== "members_added") return new Map();
  const come = standingsAfter(message, new Map(), group.systemCount).filter(belongs);
  return new Map(come.map((standing) => [standing.userId, standing]));
};

const goneBy = ({ system }: EventMessage): readonly string[] =>
  system.event === "member_removed" || system.event === "member_left" ? system.userIds : [];

function updated(
  head: GroupHead,
  member: MemberRecord,
  users: ReadonlyMap<string, UserRecord>,
  mentionCount: number,
): EventFrame | null {
  const { lastMessage: last } = head;
  return (
    last && {
      type: "conversation_updated",
      conversationId: head.id,
      lastMessage: toPreview(head.id, last, toUser(userIn(users, last.senderId)), null),
      lastMessageAt: iso(head.lastMessageAt ?? head.createdAt),
      unreadCount: unreadOf(head, member),
      mentionCount,
      lastSeq: head.lastSeq,
      lastRev: head.lastRev,
    }
  );
}

const pick = (users: ReadonlyMap<string, UserRecord>, ids: readonly string[]): readonly UserRecord[] =>
  ids.flatMap((id) => users.get(id) ?? []);

/** A room keeps nobody in a group: this only frees their places. */
const leaveRooms = (chat: Chat, conversationId: string, users: readonly UserRecord[]) =>
  inParallel(
    users.flatMap((user) =>
      user.connections.filter(({ rooms }) => rooms.has(conversationId)).map(({ id }) => ({ user, id })),
    ),
    ROOMS_AT_ONCE,
    ({ user, id }) => chat.users.leaveRoom(user.id, id, conversationId),
  );
