import type { ConversationPage } from "../../protocol/http-answers.ts";
import type { ListRequest } from "../../protocol/http-requests.ts";
import type { Caller, Chat } from "../chat.ts";
import { ACTIVITY_STEP_MS } from "../model/head.ts";
import { couldBeConversationId } from "../model/ids.ts";
import type { Head } from "../model/records.ts";
import { Refusal } from "../model/refusal.ts";
import { otherParticipant, toConversation } from "../model/views.ts";
import type { InboxRow } from "../ports.ts";

/** Rows one round looks at, at most: as many heads as one request reads. */
const MAX_ROUND = 100;

/** A place in the list: its order is by time, latest first, then by id. */
interface Place {
  readonly at: number;
  readonly id: string;
}

/**
 * The caller's conversations, exactly ordered by their latest message. Inbox rows are ordered only to the
 * quarter hour (a row's time is at most that much older than its conversation's), so rows are read on until
 * none below can belong to the page; the exact order comes from the heads.
 *
 * @throws Refusal `INVALID_REQUEST` for a cursor that is none
 */
export async function listConversations(
  chat: Chat,
  caller: Caller,
  request: ListRequest,
): Promise<ConversationPage> {
  const { limit } = request;
  const cursor = request.cursor === null ? null : decodeCursor(request.cursor);
  const found: Head[] = [];
  let after: InboxRow | null = null;
  let below: InboxRow | null;
  let skipped = false;
  let round = 0;
  do {
    const size: number = Math.min(MAX_ROUND, roundSize(round, limit, found.length, cursor !== null));
    // One row more than is looked at now: its time alone tells whether to go on.
    const rows: readonly InboxRow[] = await chat.inbox.listByActivity(
      caller.userId,
      { atMost: cursor?.at ?? null, after },
      size + 1,
    );
    const last = found[limit - 1];
    const read = rows.slice(0, size).filter((row) => mayBelongToPage(row, last));
    skipped ||= read.length < Math.min(size, rows.length);
    const heads = await chat.heads.getMany(read.map(({ conversationId }) => conversationId));
    for (const head of heads.values()) {
      if (cursor === null || byPlace(cursor, placeOf(head)) < 0) found.push(head);
    }
    found.sort((a, b) => byPlace(placeOf(a), placeOf(b)));
    after = rows[size - 1] ?? null;
    below = rows[size] ?? null;
    round += 1;
  } while (below && mayBelongToPage(below, found[limit - 1]));

  const page = found.slice(0, limit);
  const users = await chat.users.getMany(
    [...new Set([caller.userId, ...page.map((head) => otherParticipant(head, caller.userId))])],
    "eventual",
  );
  const now = chat.clock.now();
  const last = page.at(-1);
  const hasMore = below !== null || skipped || found.length > limit;
  return {
    conversations: page.map((head) => toConversation(head, caller.userId, users, now, chat.rules)),
    nextCursor: hasMore && last ? encodeCursor(placeOf(last)) : null,
  };
}

/**
 * How many rows a round looks at. While the page has places left each may cost a head, so little more than
 * these; once it is full only rows of the last quarter hour do, so generously. Doubled from round to round:
 * a user with hundreds of lively conversations waits for a few rounds, not for hundreds.
 */
function roundSize(round: number, limit: number, found: number, goesOn: boolean): number {
  const missing = limit - found;
  if (missing <= 0) return limit * 2 ** round;
  // The cursor's own conversation comes again first.
  return Math.max(goesOn && round === 0 ? missing + 1 : missing, 2 ** round);
}

const mayBelongToPage = (row: InboxRow, last: Head | undefined): boolean =>
  last === undefined || row.activityAt + ACTIVITY_STEP_MS >= placeOf(last).at;

const placeOf = (head: Head): Place => ({
  at: head.lastMessageAt ?? head.createdAt,
  id: head.id,
});

const byPlace = (a: Place, b: Place): number => b.at - a.at || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);

const encodeCursor = ({ at, id }: Place): string => Buffer.from(`${at}.${id}`).toString("base64url");

function decodeCursor(text: string): Place {
  const match = /^([0-9]{1,15})\.([0-9A-Za-z]+)$/.exec(Buffer.from(text, "base64url").toString("latin1"));
  const at = Number(match?.[1]);
  const id = match?.[2] ?? "";
  if (!couldBeConversationId(id) || encodeCursor({ at, id }) !== text) {
    throw new Refusal("INVALID_REQUEST", "cursor must be the nextCursor of an earlier page.");
  }
  return { at, id };
}
