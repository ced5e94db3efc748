import type { ConversationPage } from "../../protocol/http-answers.ts";
import type { ListRequest } from "../../protocol/http-requests.ts";
import { MAX_PAGE } from "../../protocol/limits.ts";
import type { Caller, Chat } from "../chat.ts";
import { byPlace, decodeCursor, encodeCursor, latestPlace, placeOf } from "../model/list-order.ts";
import type { ListCursor, Place } from "../model/list-order.ts";
import { wakes } from "../model/group-archive.ts";
import { archiveTurnOf, isArchived } from "../model/own-settings.ts";
import type { Head } from "../model/records.ts";
import { isMember, userIdOf } from "../model/standing.ts";
import type { Participation } from "../model/standing.ts";
import { positionOf, toConversation, usersShown } from "../model/views.ts";
import type { InboxRow } from "../ports.ts";
import { countMentions } from "../steps/count-mentions.ts";
import { markArchive } from "../steps/mark-archive.ts";

/** Rows one round looks at, at most: as many heads as one request reads. */
const MAX_ROUND = 100;

/** Rows a page looks at beyond its own, at most: what a page costs is bounded whoever writes to the caller. */
const MAX_BEYOND = 250;

/**
 * Rows a page behind a cursor looks at, at most. As many as the largest page before it: those shown already come
 * first. Where rows are ordered by themselves, a page of those follows; a cursor that was made up ends here too.
 */
const MAX_BEHIND = { exact: MAX_PAGE + MAX_BEYOND, coarse: 2 * MAX_PAGE + MAX_ROUND + MAX_BEYOND } as const;

/**
 * The caller's conversations, exactly ordered by their latest message. Inbox rows are ordered only to the
 * quarter hour (a row's time is at most that much older than its conversation's), so rows are read on until
 * none below can belong to the page; the exact order comes from the heads. Where more than `MAX_BEYOND`
 * others moved in that quarter hour, those below keep the order of their rows: late, but never left out.
 *
 * @throws Refusal `RATE_LIMITED`; `INVALID_REQUEST` for a cursor that is none
 */
export async function listConversations(
  chat: Chat,
  caller: Caller,
  request: ListRequest,
): Promise<ConversationPage> {
  await chat.limits.reads.take(caller.userId);
  const { limit } = request;
  const cursor = request.cursor === null ? null : decodeCursor(request.cursor);
  const { found, hasMore, coarseFrom } = await readRows(chat, caller, cursor, request);
  const page = found.slice(0, limit);
  const standing = await standIn(
    chat,
    caller,
    page.map(({ head }) => head),
  );
  const isElsewhere = await Promise.all(
    standing.map((one) => isMisplaced(chat, caller, one, request.archived ?? false)),
  );
  const listed = standing.filter((_, index) => !isElsewhere[index]);
  const shown = listed.flatMap(({ head, standing }) => usersShown(head, standing));
  const [users, mentionCounts] = await Promise.all([
    chat.users.getMany([...new Set([caller.userId, ...shown])], "eventual"),
    Promise.all(
      listed.map(({ head, standing }) => countMentions(chat, head, userIdOf(standing), standing, "eventual")),
    ),
  ]);
  const now = chat.clock.now();
  const last = page.at(-1);
  return {
    conversations: listed.map(({ head, standing }, index) =>
      toConversation(head, standing, users, now, chat.rules, mentionCounts[index]!),
    ),
    nextCursor: hasMore && last ? encodeCursor({ place: last.place, coarseFrom }) : null,
  };
}

/**
 * Where the caller stands in each. Their items in groups are read strongly and after the heads: a head that covers
 * their removal is not shown, whatever the rows still say.
 */
async function standIn(
  chat: Chat,
  { userId }: Caller,
  heads: readonly Head[],
): Promise<readonly Participation[]> {
  const groups = heads.filter(({ group }) => group).map(({ id }) => id);
  const members =
    groups.length > 0 ? await chat.members.getManyOf(userId, groups, "strong") : new Map<string, never>();
  return heads.flatMap((head) => {
    const standing = head.group ? members.get(head.id) : positionOf(head, userId);
    return standing && !(isMember(standing) && standing.role === null) ? [{ head, standing }] : [];
  });
}

interface Found {
  readonly head: Head;
  readonly row: InboxRow;
  readonly place: Place;
}

interface RowsRead {
  /** What may stand on this page, in the list's order. */
  readonly found: readonly Found[];
  readonly hasMore: boolean;
  readonly coarseFrom: number | null;
}

async function readRows(
  chat: Chat,
  caller: Caller,
  cursor: ListCursor | null,
  { limit, archived = false }: ListRequest,
): Promise<RowsRead> {
  let coarseFrom = cursor?.coarseFrom ?? null;
  const budget =
    cursor === null ? limit + MAX_BEYOND : coarseFrom === null ? MAX_BEHIND.exact : MAX_BEHIND.coarse;
  let found: Found[] = [];
  let after: InboxRow | null = null;
  let below: InboxRow | null;
  let skipped = false;
  let looked = 0;
  const mayBelong = (row: InboxRow): boolean => {
    const last = found[limit - 1];
    return last === undefined || latestPlace(row.activityAt, coarseFrom) >= last.place.at;
  };
  for (let round = 0; ; round += 1) {
    const wanted = roundSize(round, limit, found.length, cursor !== null);
    const size: number = Math.min(MAX_ROUND, wanted, budget - looked);
    // One row more than is looked at now: its time alone tells whether to go on.
    const rows: readonly InboxRow[] = await chat.inbox.listByActivity(
      caller.userId,
      { atMost: cursor?.place.at ?? null, after, archived },
      size + 1,
    );
    const read = rows.slice(0, size).filter(mayBelong);
    skipped ||= read.length < Math.min(size, rows.length);
    const heads = await chat.heads.getMany(read.map(({ conversationId }) => conversationId));
    for (const row of read) {
      const head = heads.get(row.conversationId);
      // In a group one's own item tells, which is read for what the page shows.
      const own = head?.participants.find(({ id }) => id === caller.userId);
      if (head && own && (await isMisplaced(chat, caller, { head, standing: own }, archived))) continue;
      const place = head && placeOf(head, row.activityAt, coarseFrom);
      if (place && (cursor === null || byPlace(cursor.place, place) < 0)) found.push({ head, row, place });
    }
    found.sort((a, b) => byPlace(a.place, b.place));
    after = rows[size - 1] ?? null;
    below = rows[size] ?? null;
    looked += read.length;
    if (!below || !mayBelong(below)) break;
    if (looked >= budget) {
      coarseFrom = below.activityAt;
      found = found.map(({ head, row }) => ({ head, row, place: placeOf(head, row.activityAt, coarseFrom) }));
      found.sort((a, b) => byPlace(a.place, b.place));
      break;
    }
  }
  return { found, hasMore: below !== null || skipped || found.length > limit, coarseFrom };
}

/** A row on the wrong side of the archive: whoever was to move it has died, or is about to. The standing is right. */
async function isMisplaced(
  chat: Chat,
  { userId }: Caller,
  { head, standing }: Participation,
  archived: boolean,
): Promise<boolean> {
  if (isArchived(standing) === archived) return false;
  // Nor may the head of a group know of it.
  if (isMember(standing) && !wakes(head, [{ createdAt: standing.mutedUntil ?? 0 }])) {
    await markArchive(chat, head, standing);
  }
  await chat.inbox.moveUp(userId, head.id, head.activityAt, archiveTurnOf(standing));
  return true;
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
