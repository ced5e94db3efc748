import type { ChatMessage, Conversation, Presence } from "../index.ts";
import type { Style } from "./style.ts";
import { wrap } from "./text-width.ts";

/**
 * Text of others as a terminal may be given it: control characters would move the cursor, change the title or
 * answer for the reader (ECMA-48), and bidirectional overrides would show another text than was written.
 */
const harmless = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (letter) =>
    letter === "\n" ? "\n" : "�",
  );

/** One line: what would break it is written as in a string of JavaScript. */
export const oneLine = (text: string): string =>
  harmless(text.replaceAll("\\", "\\\\").replaceAll("\t", "\\t").replaceAll("\r", "\\r")).replaceAll(
    "\n",
    "\\n",
  );

/** A message for a pipe: time, sender's id, text. */
export const plainLine = ({ createdAt, sender, content }: ChatMessage): string =>
  `${createdAt}\t${oneLine(sender.id)}\t${oneLine(content)}`;

const INDENT = "00:00 ".length;

/** A message for a reader, its further rows indented. */
export function readableMessage(
  message: ChatMessage,
  myId: string | null,
  style: Style,
  columns: number,
): string {
  const { createdAt, sender, content, state, readAt, error } = message;
  const isMine = sender.id === myId;
  const { marks } = style;
  const mark = isMine
    ? ` ${{ pending: marks.pending, failed: marks.failed, sent: readAt ? marks.read : marks.sent }[state]}`
    : "";
  const name = `${isMine ? "you" : nameOf(sender)}:`;
  const head = `${clock(createdAt)} ${name}`;
  const text = harmless(content.replaceAll("\r\n", "\n").replaceAll("\t", "    "));
  const why = error ? ` (${harmless(error.message)})` : "";
  const [first = "", ...others] = wrap(`${head} ${text}${mark}${why}`, columns, INDENT);
  if (!first.startsWith(head)) return [first, ...others].join("\n");
  const painted = `${style.dim(clock(createdAt))} ${style[isMine ? "mine" : "theirs"](name)}`;
  return [painted + first.slice(head.length), ...others].join("\n");
}

export const nameOf = ({ displayName, id }: { readonly displayName: string; readonly id: string }): string =>
  oneLine(displayName || id);

/** The other one's name, or the group's title. */
export const nameOfConversation = ({
  otherParticipant,
  title,
}: Pick<Conversation, "otherParticipant" | "title">): string =>
  otherParticipant ? nameOf(otherParticipant) : oneLine(title ?? "");

/** A line of the list. */
export function readableConversation(
  { otherParticipant, title, lastMessage, unreadCount }: Conversation,
  { marks, theirs, warning, dim }: Style,
): string {
  const { id = null, online = null } = otherParticipant ?? {};
  const name = nameOfConversation({ otherParticipant, title });
  const who = id === null || name === id ? name : `${name} (${oneLine(id)})`;
  const unread = unreadCount > 0 ? ` ${warning(`[${unreadCount} new]`)}` : "";
  const last = lastMessage ? `  ${dim(beginning(lastMessage.content))}` : "";
  return `${online ? theirs(marks.online) : dim(marks.away)} ${who}${unread}${last}`;
}

/** As much of a message as says which one is meant. */
export const beginning = (content: string): string => [...oneLine(content)].slice(0, 60).join("");

export function readablePresence(name: string, presence: Presence | undefined): string {
  if (!presence) return `Whether ${name} is online is not known.`;
  if (presence.online) return `${name} is online.`;
  return presence.lastSeenAt === null
    ? `${name} is offline.`
    : `${name} is offline, last seen ${new Date(presence.lastSeenAt).toLocaleString()}.`;
}

/** The time of day, always as wide. */
export const clock = (time: string): string =>
  new Date(time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** The day, in the reader's language. */
export const dayOf = (time: string): string =>
  new Date(time).toLocaleDateString([], { weekday: "long", day: "numeric", month: "long", year: "numeric" });
