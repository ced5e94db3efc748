import type { EventFrame } from "../../protocol/server-frames.ts";
import type { Caller, Chat } from "../chat.ts";
import { inParallel } from "../in-parallel.ts";
import { belongs, isEvent } from "../model/membership.ts";
import type { EventMessage } from "../model/membership.ts";
import type { MemberRecord, UserRecord } from "../model/records.ts";
import { firstSeqOf, unreadOf } from "../model/standing.ts";
import { iso } from "../model/times.ts";
import { toConversation, toMessage, toPreview, toUser, userIn } from "../model/views.ts";
import type { EventAppended, GroupHead } from "./append-event.ts";
import { countMentions } from "./count-mentions.ts";
import { fanOut } from "./fan-out.ts";
import type { FrameFor } from "./fan-out.ts";
import { leaveToWorker } from "./leave-to-worker.ts";

/** Rooms left at a time by one who was removed from a group. */
const ROOMS_AT_ONCE = 10;
const COUNTS_AT_ONCE = 25;

/**
 * Tells what has happened to a group: those who have come that it is theirs, those who have gone that it is no more,
 * everybody else as of any message. Read after it was stored and derived: whoever is gone is told nothing of it, and
 * whoever connects meanwhile either is told or finds it. Whom half a second does not suffice for the worker tells.
 */
export async function tellEvent(chat: Chat, caller: Caller, { head, message }: EventAppended): Promise<void> {
  if (!message || !isEvent(message)) return;
  const { users, left, event, frameFor } = await framesOf(chat, caller, head, message, null);
  await Promise.all([
    fanOut(chat, users, frameFor, (late) => leaveToWorker(chat, { event, showsInList: true }, late)),
    leaveRooms(chat, head.id, left),
  ]);
}

/** Tells these connections of it who were too many, or too slow, before: by who belongs to the group by now. */
export async function tellEventLater(
  chat: Chat,
  head: GroupHead,
  message: EventMessage,
  targets: readonly { readonly userId: string; readonly connectionId: string }[],
): Promise<void> {
  const ids = targets.map(({ userId }) => userId);
  const { users, frameFor } = await framesOf(chat, { connectionId: null }, head, message, ids);
  const wanted = new Set(targets.map(({ connectionId }) => connectionId));
  await fanOut(chat, users, (user, connection) =>
    wanted.has(connection.id) ? frameFor(user, connection) : null,
  );
}

/** Who is to be told of it, of those in `only` if given, and what each of their connections. */
async function framesOf(
  chat: Chat,
  { connectionId }: Pick<Caller, "connectionId">,
  head: GroupHead,
  message: EventMessage,
  only: readonly string[] | null,
) {
  const members = await chat.members.list(head.id, "strong");
  const belonging = new Map(members.filter(belongs).map((member) => [member.userId, member]));
  const gone = goneBy(message).filter((userId) => !belonging.has(userId));
  const shown = [message.senderId, head.lastMessage?.senderId ?? []].flat();
  const ids = new Set([...(only ?? [...belonging.keys(), ...gone]), ...shown]);
  const users = await chat.users.getMany([...ids], only ? "eventual" : "strong");
  const told = toMessage(message, toUser(userIn(users, message.senderId)), null, null);
  const event = { type: "new_message", message: told } as const;
  const added = new Set(comeBy(message));
  const mentioned = [...users.keys()].flatMap((userId) => belonging.get(userId) ?? []);
  const counts = new Map(
    await inParallel(mentioned, COUNTS_AT_ONCE, async (member) => {
      const { userId } = member;
      return [userId, await countMentions(chat, head, userId, member, "eventual")] as const;
    }),
  );
  const frameFor: FrameFor = (user, connection) => {
    if (gone.includes(user.id)) return { type: "conversation_removed", conversationId: head.id };
    const member = belonging.get(user.id);
    if (!member || connection.id === connectionId) return null;
    const mentionCount = counts.get(user.id) ?? 0;
    if (added.has(user.id)) {
      const now = chat.clock.now();
      return {
        type: "conversation_added",
        conversation: toConversation(head, member, users, now, chat.rules, mentionCount),
      };
    }
    if (message.seq < firstSeqOf(head, member)) return null;
    return connection.rooms.has(head.id) ? event : updated(head, member, users, mentionCount);
  };
  return { users: [...users.values()], left: pick(users, gone), event, frameFor };
}

/** Those who belong to it since this message. */
function comeBy({ system, senderId }: EventMessage): readonly string[] {
  if (system.event === "created") return [senderId, ...system.userIds];
  return system.event === "members_added" ? system.userIds : [];
}

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
