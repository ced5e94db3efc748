import type { ExportRequest } from "../../protocol/admin-requests.ts";
import type { ExportLine } from "../../protocol/export-lines.ts";
import { integer, nonEmpty, object, oneOf, optional, parseJson, text } from "../../protocol/fields.ts";
import type { ValueOf } from "../../protocol/fields.ts";
import type { Admin, Chat } from "../chat.ts";
import type { OwnItem, TraceStore } from "../duty-ports.ts";
import { isUserId } from "../model/ids.ts";
import type { UserRecord } from "../model/records.ts";
import { noSuchUser, Refusal } from "../model/refusal.ts";
import { iso, isoOrNull } from "../model/times.ts";
import { toPresence, toUser } from "../model/views.ts";
import { exportConversation, PARTS } from "../steps/export-conversation.ts";

/** A page ends with the piece that fills it, or after so many that hold nothing: a request has ten seconds. */
const LINES_A_PAGE = 200;
const PIECES_A_PAGE = 25;

const cursorOf = object({
  /** What stands under the user is done up to here, this one too unless it is a conversation begun. */
  own: text,
  conversation: optional(
    object({
      id: nonEmpty,
      own: nonEmpty,
      part: oneOf(...PARTS),
      after: integer(0, Number.MAX_SAFE_INTEGER),
    }),
    null,
  ),
});
type Cursor = ValueOf<typeof cursorOf>;

/**
 * A page of everything that is held about one user, as JSON lines: what stands under them by key, each conversation
 * with what they wrote, did and read in it. The same cursor gives the same page, but for what has happened since.
 *
 * @throws Refusal `NOT_FOUND`; `INVALID_REQUEST` for a cursor that no page gave
 */
export async function exportUser(
  chat: Chat,
  traces: TraceStore,
  { adminId }: Admin,
  { userId, cursor }: ExportRequest,
): Promise<string> {
  let place: Cursor = cursor === null ? { own: "", conversation: null } : read(cursor);
  const user = isUserId(userId) ? await chat.users.get(userId, "strong") : null;
  if (!user) throw noSuchUser();
  const lines: ExportLine[] = [];
  let next: Cursor | null = place;
  for (let pieces = 0; next && lines.length < LINES_A_PAGE && pieces < PIECES_A_PAGE; pieces += 1) {
    place = next;
    next = await exportNext(chat, traces, user, place, lines);
  }
  const nextCursor = next && Buffer.from(JSON.stringify(next)).toString("base64url");
  chat.log.audit("user exported", {
    adminId,
    exportedUserId: userId,
    lines: lines.length,
    isLast: !nextCursor,
  });
  return [...lines, { kind: "page", nextCursor } satisfies ExportLine]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");
}

/** Adds one piece's lines; where the next begins, null behind the last. */
async function exportNext(
  chat: Chat,
  traces: TraceStore,
  user: UserRecord,
  { own, conversation }: Cursor,
  lines: ExportLine[],
): Promise<Cursor | null> {
  if (conversation) {
    const exported = await exportConversation(chat, user.id, conversation.id, conversation);
    lines.push(...exported.lines);
    return exported.place
      ? { own, conversation: { ...conversation, ...exported.place } }
      : { own: conversation.own, conversation: null };
  }
  const { items } = await traces.listOwn(user.id, own || null, 1);
  const [item] = items;
  if (!item) return null;
  if (item.type === "conversation") {
    return { own, conversation: { id: item.conversationId, own: item.cursor, part: "standing", after: 0 } };
  }
  lines.push(lineOf(chat, user, item));
  return { own: item.cursor, conversation: null };
}

function lineOf(chat: Chat, user: UserRecord, { kind, fields }: OwnItem & { type: "other" }): ExportLine {
  switch (kind) {
    case "profile":
      return {
        kind,
        ...toUser(user),
        ...toPresence(user, chat.clock.now(), chat.rules),
        signedOutAt: isoOrNull(user.signedOutAt && Math.min(user.signedOutAt * 1000, 8.64e15)),
        connections: user.connections.map(({ id, since, lease, rooms }) => {
          return { id, since: iso(since), lease: iso(lease), rooms: [...rooms] };
        }),
      };
    case "block":
      return { kind, userId: String(fields["userId"]), at: iso(Number(fields["at"])) };
    case "rates":
    case "group_name":
      return { kind, stored: fields };
  }
}

function read(cursor: string): Cursor {
  const decoded = cursorOf(parseJson(Buffer.from(cursor, "base64url").toString("utf8")), "cursor");
  if (!decoded.ok) throw new Refusal("INVALID_REQUEST", "cursor must be the nextCursor of a page.");
  return decoded.value;
}
