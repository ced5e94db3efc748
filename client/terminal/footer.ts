import type { Chat } from "./chat.ts";
import type { OpenChat } from "./open-chat.ts";
import { beginning, clock, nameOf, oneLine } from "./text.ts";
import { cutTo } from "./text-width.ts";
import type { Style } from "./style.ts";

/** So many waiting messages are shown, of so many people the unread ones. */
const MOST_LINES = 3;
const MOST_UNREAD = 3;

/** What is not said yet, and how things stand: with the network, with the one who is talked to, with the others. */
export function footerOf(
  { client }: Chat,
  open: OpenChat | null,
  { marks, dim, warning }: Style,
  columns: number,
): string[] {
  const line = (text: string): string => cutTo(text, columns - 1, marks.pending);
  const pending = open?.pending ?? [];
  const waiting = pending
    .slice(0, MOST_LINES)
    .map(({ content }) => line(`${marks.pending} ${beginning(content)}`));
  if (pending.length > MOST_LINES) waiting.push(line(`${marks.pending} ${pending.length - MOST_LINES} more`));

  const { state } = client.connection.get();
  const parts: string[] = [];
  if (state !== "online") parts.push(state === "offline" ? "offline" : `connecting ${marks.pending}`);
  if (open) parts.push(...aboutOpen(open, marks));
  const unread = client.conversations
    .get()
    .items.filter(({ id, unreadCount }) => unreadCount > 0 && id !== open?.conversation.id);
  for (const { otherParticipant, title, unreadCount } of unread.slice(0, MOST_UNREAD))
    parts.push(`${oneLine(otherParticipant?.id ?? title ?? "")}: ${unreadCount} new`);
  if (unread.length > MOST_UNREAD) parts.push(`${unread.length - MOST_UNREAD} more`);
  if (parts.length === 0) parts.push("/open USER begins, /list lists, /help helps");
  const status = line(`${marks.rule} ${parts.join(marks.between)}`);
  return [...waiting.map(warning), state === "offline" ? warning(status) : dim(status)];
}

function aboutOpen(open: OpenChat, marks: Style["marks"]): string[] {
  const typing = open.conversation.typing.get();
  const about = [`${open.name}${aboutPresence(open, marks)}`];
  if (typing.length > 0) about.push(`${typing.map(nameOf).join(", ")} is typing${marks.pending}`);
  if (open.isRead) about.push(`${marks.read} read`);
  return about;
}

function aboutPresence({ presence }: OpenChat, { online, away }: Style["marks"]): string {
  if (!presence) return "";
  if (presence.online) return ` ${online} online`;
  return ` ${away} ${presence.lastSeenAt === null ? "offline" : `last seen ${clock(presence.lastSeenAt)}`}`;
}
