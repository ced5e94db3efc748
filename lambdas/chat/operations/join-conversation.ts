import type { AckData } from "../../protocol/server-frames.ts";
import type { Chat, ConnectedCaller } from "../chat.ts";
import { isBlockedFor } from "../model/blocks.ts";
import { discloses, isSmall } from "../model/disclosure.ts";
import type { Head } from "../model/records.ts";
import { upToFrame } from "../model/frame-room.ts";
import { notRegistered, Refusal } from "../model/refusal.ts";
import { toPresence, toUser, UNDISCLOSED, userIn } from "../model/views.ts";
import { findDisclosed } from "../steps/find-disclosed.ts";
import { loadRoster } from "../steps/load-audience.ts";
import { participate } from "../steps/participate.ts";

/** So many members of a group are told at once: the others are listed page by page. */
const MAX_SHOWN = 100;

/**
 * Puts the caller's connection into the conversation's room.
 *
 * @throws Refusal `RATE_LIMITED`, `NOT_FOUND`, `FORBIDDEN`; `CONFLICT` for one room too many, `UNAUTHORIZED` for
 *   a connection that is no longer registered
 */
export async function joinConversation(
  chat: Chat,
  caller: ConnectedCaller,
  conversationId: string,
): Promise<AckData["join_conversation"]> {
  await chat.limits.joins.take(caller.userId);
  const { head, standing } = await participate(chat, caller, conversationId, "strong");
  const shown = await participantsShown(chat, head);
  const others = shown.filter((id) => id !== caller.userId);
  const [joined, users] = await Promise.all([
    chat.users.joinRoom(caller.userId, caller.connectionId, head.id, chat.rules.maxRooms),
    chat.users.getMany(others, "eventual"),
  ]);
  switch (joined.type) {
    case "no_room_left":
      throw new Refusal(
        "CONFLICT",
        `A connection can be in ${chat.rules.maxRooms} conversations at a time; leave one first.`,
      );
    case "not_connected":
      // The join lost a race with `$disconnect`, or the connection was evicted and is open all the same.
      chat.memory.strays.set(caller.connectionId, true);
      throw notRegistered();
    case "joined":
      users.set(caller.userId, joined.user);
  }
  const now = chat.clock.now();
  const known = await whosePresence(chat, caller, head, shown);
  return {
    conversationId: head.id,
    kind: head.group ? "group" : "direct",
    lastSeq: head.lastSeq,
    lastRev: head.lastRev,
    readSeq: standing.readSeq,
    participants: upToFrame(
      shown.map((id) => {
        const user = userIn(users, id);
        return { ...toUser(user), ...(known.has(id) ? toPresence(user, now, chat.rules) : UNDISCLOSED) };
      }),
    ),
    memberCount: head.group?.memberCount ?? head.participants.length,
  };
}

const RANKS = { owner: 0, admin: 1, member: 2 } as const;

/** Of a group its owner, its admins, then whoever joined first. */
async function participantsShown(chat: Chat, head: Head): Promise<readonly string[]> {
  const roster = await loadRoster(chat, head);
  if (!roster) return head.participants.map(({ id }) => id);
  return roster.members
    .toSorted(
      (a, b) =>
        RANKS[a.role ?? "member"] - RANKS[b.role ?? "member"] ||
        a.joinedSeq - b.joinedSeq ||
        (a.userId < b.userId ? -1 : 1),
    )
    .slice(0, MAX_SHOWN)
    .map(({ userId }) => userId);
}

async function whosePresence(
  chat: Chat,
  caller: ConnectedCaller,
  head: Head,
  userIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (!isSmall(head)) return new Set();
  const inPairs = head.group !== null && chat.rules.discloseTo === "acquainted";
  if (inPairs) return findDisclosed(chat, caller, userIds);
  if (!discloses(head, chat.rules) || isBlockedFor(head, caller.userId)) return new Set([caller.userId]);
  if (!head.group) return new Set(userIds);
  const blockers = await chat.blocks.among(
    userIds.filter((id) => id !== caller.userId),
    caller.userId,
  );
  return new Set(userIds.filter((id) => !blockers.has(id)));
}
