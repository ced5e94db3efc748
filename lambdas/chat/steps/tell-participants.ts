import type { Caller, Chat } from "../chat.ts";
import { discloses } from "../model/disclosure.ts";
import type { Head } from "../model/records.ts";
import { quotingFrom } from "../model/quotes.ts";
import { firstSeqIn, unreadOf } from "../model/standing.ts";
import type { Standing } from "../model/standing.ts";
import { recordedAmong } from "../model/system-user.ts";
import { iso } from "../model/times.ts";
import { lastReadAt, positionOf, toPreview, toUser, userIn } from "../model/views.ts";
import { countMentions } from "./count-mentions.ts";
import { fanOut } from "./fan-out.ts";
import type { FrameFor } from "./fan-out.ts";
import { leaveToWorker } from "./leave-to-worker.ts";
import type { Happening } from "./leave-to-worker.ts";
import type { Audience } from "./load-audience.ts";

/**
 * Tells what has happened in a conversation to those in its room, but the connection that did it; to all others,
 * where it shows in the list, how the conversation stands. The head may be ahead by now: what it says is newer, and
 * lastSeq and lastRev tell. Of a group the audience is as of the head. What half a second does not suffice for is
 * left to the worker.
 */
export async function tellParticipants(
  chat: Chat,
  caller: Caller,
  head: Head,
  audience: Audience,
  happening: Happening,
): Promise<void> {
  await tell(chat, audience, happening, await framesOf(chat, caller, head, audience, happening));
}

/** The half of it for those in the room of a pair, which nothing in its head can change. */
export function tellRoom(
  chat: Chat,
  { connectionId }: Pick<Caller, "connectionId">,
  { id }: Head,
  audience: Audience,
  happening: Happening,
): Promise<void> {
  return tell(chat, audience, happening, (_, connection) =>
    connection.id !== connectionId && connection.rooms.has(id) ? happening.event : null,
  );
}

/** The other half: those outside of the room, once the head says how the conversation stands. */
export async function tellOutside(
  chat: Chat,
  caller: Caller,
  head: Head,
  audience: Audience,
  happening: Happening,
): Promise<void> {
  const frameFor = await framesOf(chat, caller, head, audience, happening);
  await tell(chat, audience, happening, (user, connection) =>
    connection.rooms.has(head.id) ? null : frameFor(user, connection),
  );
}

const tell = (chat: Chat, { users }: Audience, happening: Happening, frameFor: FrameFor): Promise<void> =>
  fanOut(chat, [...users.values()], frameFor, (left) => leaveToWorker(chat, happening, left));

/** What each connection is to be told of it; nothing where it is below what its user may see. */
export async function framesOf(
  chat: Chat,
  { connectionId }: Pick<Caller, "connectionId">,
  head: Head,
  audience: Audience,
  { event, showsInList }: Happening,
): Promise<FrameFor> {
  const { users, roster } = audience;
  const last = showsInList ? head.lastMessage : null;
  const readAt = discloses(head, chat.rules) && !head.group ? lastReadAt(head) : null;
  // Whoever wrote it may have left since; the system never came.
  const [gone] = recordedAmong(last && !users.has(last.senderId) ? [last.senderId] : []);
  const author = last && ((gone && (await chat.users.get(gone, "eventual"))) ?? userIn(users, last.senderId));
  const lastMessage = last && author && toPreview(head.id, last, toUser(author), readAt);
  const joinedSeqs = new Map(roster?.members.map(({ userId, joinedSeq }) => [userId, joinedSeq]));
  const sees = (userId: string, seq: number): boolean =>
    seq >= firstSeqIn(head.group, joinedSeqs.get(userId) ?? 0);
  const isOutside = (rooms: ReadonlySet<string>, id: string): boolean =>
    id !== connectionId && !rooms.has(head.id);
  const outside =
    lastMessage !== null &&
    [...users.values()].some(({ connections }) => connections.some(({ id, rooms }) => isOutside(rooms, id)));
  const standings = outside ? await loadStandings(chat, head, audience, isOutside, event) : null;
  const shownTo = quotingTo(event, (userId) => firstSeqIn(head.group, joinedSeqs.get(userId) ?? 0));
  return (user, connection) => {
    if (connection.id === connectionId) return null;
    if (connection.rooms.has(head.id)) return sees(user.id, event.message.seq) ? shownTo(user.id) : null;
    const standing = standings?.get(user.id);
    if (!lastMessage || !standing || !sees(user.id, lastMessage.seq)) return null;
    return {
      type: "conversation_updated",
      conversationId: head.id,
      lastMessage,
      lastMessageAt: iso(head.lastMessageAt ?? head.createdAt),
      unreadCount: unreadOf(head, standing),
      mentionCount: standing.mentionCount,
      lastSeq: head.lastSeq,
      lastRev: head.lastRev,
    };
  };
}

/** The event as each may see it: what a message answers may lie below what they see. */
function quotingTo(
  event: Happening["event"],
  firstSeqOf: (userId: string) => number,
): (userId: string) => Happening["event"] {
  const replyTo = event.message.replyTo;
  if (!replyTo?.preview) return () => event;
  // One object for all who see the same: it is encoded once.
  const bare = { ...event, message: quotingFrom(Infinity, event.message) };
  return (userId) => (replyTo.seq < firstSeqOf(userId) ? bare : event);
}

/**
 * Where each stands who has a connection to be told outside the room, with how many unread messages mention them. All
 * members of a group in one query cost less than the few that are asked for one by one.
 */
async function loadStandings(
  chat: Chat,
  head: Head,
  { users }: Audience,
  isOutside: (rooms: ReadonlySet<string>, connectionId: string) => boolean,
  { message: { mentions } }: Happening["event"],
): Promise<ReadonlyMap<string, Standing & { readonly mentionCount: number }>> {
  // Whom a message mentions hears of it by a count that a replica may not have yet.
  const consistency = mentions.length > 0 ? "strong" : "eventual";
  const members = head.group ? await chat.members.list(head.id, consistency) : [];
  const byId = new Map(members.map((member) => [member.userId, member]));
  const outside = [...users.values()].filter(({ connections }) =>
    connections.some(({ id, rooms }) => isOutside(rooms, id)),
  );
  const found = await Promise.all(
    outside.map(async ({ id }) => {
      const standing = head.group ? byId.get(id) : positionOf(head, id);
      if (!standing) return [];
      const mentionCount = await countMentions(chat, head, id, standing, "strong");
      return [[id, { ...standing, mentionCount }] as const];
    }),
  );
  return new Map(found.flat());
}
