import type { Chat } from "../chat.ts";
import { inParallel } from "../in-parallel.ts";
import { factsAfter } from "../model/group-facts.ts";
import { belongs, isEvent, standingsAfter, whoseStandingCounts } from "../model/membership.ts";
import type { EventMessage } from "../model/membership.ts";
import { isSystemUser } from "../model/system-user.ts";
import type { GroupFacts, Head, MessageRecord } from "../model/records.ts";
import type { ReadingOfMember } from "../ports.ts";

/** Members written at a time: a thousand founders take a second, not a minute. */
const MEMBERS_AT_ONCE = 50;

/**
 * Brings to these messages, which follow the head without a gap, what stands beside the head of a group: members
 * and the rows of their inboxes, and how far who wrote has read. Done before the head moves past them, in any
 * company and as often as may be: each item moves only to a later message than it is of.
 */
export async function deriveMembers(
  chat: Chat,
  head: Head & { readonly group: GroupFacts },
  messages: readonly MessageRecord[],
): Promise<void> {
  let facts = head.group;
  let lastMessageAt = head.lastMessageAt ?? head.createdAt;
  const reading = new Map<string, ReadingOfMember>();
  for (const message of messages) {
    facts = factsAfter(facts, message);
    lastMessageAt = Math.max(lastMessageAt, message.createdAt);
    if (isEvent(message)) await deriveStandings(chat, message, facts.systemCount, lastMessageAt);
    else if (!isSystemUser(message.senderId))
      reading.set(message.senderId, {
        readSeq: message.seq,
        readSystems: facts.systemCount,
        readAt: message.createdAt,
      });
  }
  await Promise.all([...reading].map(([userId, position]) => chat.members.read(head.id, userId, position)));
}

/** `rowsAt`: as late as any time the head may bear by then, so that who joins stands in the list where it does. */
export async function deriveStandings(
  chat: Chat,
  message: EventMessage,
  systemCount: number,
  rowsAt: number,
): Promise<void> {
  const { conversationId, seq } = message;
  const before = await chat.members.getMany(conversationId, whoseStandingCounts(message), "strong");
  const standings = standingsAfter(message, before, systemCount);
  await inParallel(standings, MEMBERS_AT_ONCE, async (standing) => {
    const { userId, joinedSeq } = standing;
    const comes = joinedSeq === seq || message.system.event === "created";
    // The row of one who has stayed is theirs already.
    const row = belongs(standing) ? (comes ? rowsAt : undefined) : null;
    await Promise.all([
      chat.members.derive(conversationId, standing),
      row === undefined
        ? undefined
        : chat.inbox.derive(userId, { conversationId, asOfSeq: seq, activityAt: row }),
    ]);
  });
}
