import type { ChatMessage, Conversation, Presence } from "../index.ts";
import type { Style } from "./style.ts";
import { systemText } from "../words/system-text.ts";
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

/** `👍 2 🎉`: the emoji, and how many where it is more than one; empty without any. */
export const reactionsOf = ({ reactions }: Pick<ChatMessage, "reactions">): string =>
  reactions.map(({ emoji, count }) => (count > 1 ? `${oneLine(emoji)} ${count}` : oneLine(emoji))).join(" ");

/** What a message says now: its text, that it has none any more, or what a system message tells. */
function textOf(message: ChatMessage, nameOfUser: (userId: string) => string): string {
  if (message.deletedAt !== null) return "(deleted)";
  return message.type === "system" ? systemText(message, nameOfUser) : message.content;
}

/** A message for a pipe: time, sender's id, text, and the number by which changes name it. */
export const plainLine = (message: ChatMessage): string =>
  [message.createdAt, oneLine(message.sender.id), oneLine(textOf(message, String)), `#${message.seq}`].join(
    "\t",
  );

const INDENT = "00:00 ".length;

/**
 * A message for a reader, its further rows indented.
 * @param nameOfUser of whom a system message tells
 */
export function readableMessage(
  message: ChatMessage,
  myId: string | null,
  style: Style,
  columns: number,
  nameOfUser: (userId: string) => string,
): string {
  const { createdAt, sender, seq, state, type, readAt, error } = message;
  const { marks } = style;
  const isSystem = type === "system";
  const isMine = sender.id === myId && !isSystem;
  const mark = isMine
    ? ` ${{ pending: marks.pending, failed: marks.failed, sent: readAt ? marks.read : marks.sent }[state]}`
    : "";
  const name = isSystem ? "*" : `${isMine ? "you" : nameOf(sender)}:`;
  // What is not sent has no number yet.
  const place = seq > 0 ? `${clock(createdAt)} #${seq}` : clock(createdAt);
  const head = `${place} ${name}`;
  const said = textOf(message, nameOfUser).replaceAll("\r\n", "\n").replaceAll("\t", "    ");
  const text = `${quoteOf(message, myId, marks)}${harmless(said)}${signsOf(message, marks)}`;
  const why = error ? ` (${harmless(error.message)})` : "";
  const [first = "", ...others] = wrap(`${head} ${text}${mark}${why}`, columns, INDENT);
  if (!first.startsWith(head)) return [first, ...others].join("\n");
  const paint = isSystem ? style.dim : style[isMine ? "mine" : "theirs"];
  return [`${style.dim(place)} ${paint(name)}${first.slice(head.length)}`, ...others].join("\n");
}

/** A row of what is answered, above the answer; empty where nothing is. */
function quoteOf({ replyTo }: ChatMessage, myId: string | null, { reply }: Style["marks"]): string {
  if (!replyTo) return "";
  const { seq, preview } = replyTo;
  if (!preview) return `${reply} #${seq}\n`;
  const who = preview.sender.id === myId ? "you" : nameOf(preview.sender);
  return `${reply} ${who}: ${beginning(preview.content)}\n`;
}

function signsOf(message: ChatMessage, { pinned }: Style["marks"]): string {
  if (message.deletedAt !== null) return "";
  const signs = [
    message.editedAt === null ? "" : "(edited)",
    reactionsOf(message),
    message.pinnedAt === null ? "" : pinned,
  ];
  return signs.flatMap((sign) => (sign === "" ? [] : ` ${sign}`)).join("");
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
