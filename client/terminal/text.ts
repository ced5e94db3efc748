import type { ChatMessage, Conversation, Presence } from "../index.ts";

/**
 * Text of others as a terminal may be given it: control characters would move the cursor, change the title or
 * answer for the reader (ECMA-48), and bidirectional overrides would show another text than was written.
 */
const harmless = (text: string): string =>
  text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (letter) => (letter === "\n" ? "\n" : "�"));

/** One line: what would break it is written as in a string of JavaScript. */
export const oneLine = (text: string): string =>
  harmless(text.replaceAll("\\", "\\\\").replaceAll("\t", "\\t").replaceAll("\r", "\\r")).replaceAll(
    "\n",
    "\\n",
  );

/** A message for a pipe: time, sender's id, text. */
export const plainLine = ({ createdAt, sender, content }: ChatMessage): string =>
  `${createdAt}\t${oneLine(sender.id)}\t${oneLine(content)}`;

/** A message for a reader, its further lines indented. */
export function readableMessage(message: ChatMessage, myId: string | null): string {
  const { createdAt, sender, content, state, readAt, error } = message;
  const isMine = sender.id === myId;
  const marks = isMine ? { pending: " …", sent: readAt ? " ✓✓" : " ✓", failed: " ✗" }[state] : "";
  const text = harmless(content).replaceAll("\n", "\n      ");
  const why = error ? ` (${harmless(error.message)})` : "";
  return `${clock(createdAt)} ${isMine ? "you" : nameOf(sender)}: ${text}${marks}${why}`;
}

export const nameOf = ({ displayName, id }: { readonly displayName: string; readonly id: string }): string =>
  oneLine(displayName || id);

/** A line of the list. */
export function readableConversation({ otherParticipant, lastMessage, unreadCount }: Conversation): string {
  const { id } = otherParticipant;
  const name = nameOf(otherParticipant);
  const who = name === id ? name : `${name} (${oneLine(id)})`;
  const dot = otherParticipant.online ? "●" : "○";
  const unread = unreadCount > 0 ? ` [${unreadCount} new]` : "";
  const last = lastMessage ? `  ${oneLine(lastMessage.content).slice(0, 60)}` : "";
  return `${dot} ${who}${unread}${last}`;
}

export function readablePresence(name: string, presence: Presence | undefined): string {
  if (!presence) return `Whether ${name} is online is not known.`;
  if (presence.online) return `${name} is online.`;
  return presence.lastSeenAt === null
    ? `${name} is offline.`
    : `${name} is offline, last seen ${new Date(presence.lastSeenAt).toLocaleString()}.`;
}

const clock = (time: string): string =>
  new Date(time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
