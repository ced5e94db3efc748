import type { ExportLine } from "../../protocol/export-lines.ts";
import type { Chat } from "../chat.ts";
import { isArchived } from "../model/own-settings.ts";
import type { Head, MemberRecord, MessageRecord, Participant } from "../model/records.ts";
import { toSystemEvent } from "../model/system-event.ts";
import { iso, isoOrNull } from "../model/times.ts";

/** So many items of a log are read for one piece. */
const PAGE = 100;

/** What of a conversation follows what, and where in it an export is. */
export const PARTS = ["standing", "messages", "changes", "readings"] as const;
export interface ExportPlace {
  readonly part: (typeof PARTS)[number];
  /** A seq, or a rev. */
  readonly after: number;
}

export interface Exported {
  readonly lines: readonly ExportLine[];
  /** null: there is no more of it. */
  readonly place: ExportPlace | null;
}

/** One piece of what a conversation holds about a user, who takes part in it or has. */
export async function exportConversation(
  chat: Chat,
  userId: string,
  conversationId: string,
  { part, after }: ExportPlace,
): Promise<Exported> {
  const head = await chat.heads.get(conversationId, "eventual");
  if (!head) return { lines: [], place: null };
  switch (part) {
    case "standing": {
      const standing = await standingOf(chat, head, userId);
      const lines = standing ? [toStanding(head, standing, userId)] : [];
      return { lines, place: { part: "messages", after: 0 } };
    }
    case "messages": {
      const found = await chat.messages.listAfter(head.id, after, PAGE, "strong");
      const lines = await Promise.all(found.map((message) => linesOf(chat, userId, message)));
      const last = found.length < PAGE ? null : found.at(-1)!.seq;
      return {
        lines: lines.flat(),
        place: last === null ? { part: "changes", after: 0 } : { part, after: last },
      };
    }
    case "changes": {
      const found = await chat.changes.listAfter(head.id, after, PAGE);
      const own = found.filter((record) => record.userId === userId);
      const lines = own.map(({ rev, seq, change, at }): ExportLine => {
        return { kind: "change", conversationId, rev, seq, change: change.type, at: iso(at) };
      });
      const last = found.length < PAGE ? null : found.at(-1)!.rev;
      return { lines, place: last === null ? { part: "readings", after: 0 } : { part, after: last } };
    }
    case "readings": {
      const index = head.participants.findIndex(({ id }) => id === userId);
      if (index < 0) return { lines: [], place: null };
      const found = await chat.heads.listReadSteps(head.id, index, after + 1, PAGE, "eventual");
      const lines = found.map(({ seq, at }): ExportLine => {
        return { kind: "reading", conversationId, seq, at: iso(at) };
      });
      return { lines, place: found.length < PAGE ? null : { part, after: found.at(-1)!.seq } };
    }
  }
}

const standingOf = (chat: Chat, head: Head, userId: string): Promise<Participant | MemberRecord | null> =>
  head.group
    ? chat.members.get(head.id, userId)
    : Promise.resolve(head.participants.find(({ id }) => id === userId) ?? null);

function toStanding(head: Head, standing: Participant | MemberRecord, userId: string): ExportLine {
  const member = "role" in standing ? standing : null;
  return {
    kind: "conversation",
    conversationId: head.id,
    with: head.participants.find(({ id }) => id !== userId)?.id ?? null,
    title: head.group?.title ?? null,
    role: member ? member.role : "member",
    joinedAt: isoOrNull(member?.joinedAt ?? null),
    readSeq: standing.readSeq,
    readAt: isoOrNull(standing.readAt),
    pinned: standing.pinned ?? false,
    archived: isArchived(standing),
    mutedUntil: isoOrNull(standing.mutedUntil || null),
  };
}

async function linesOf(chat: Chat, userId: string, message: MessageRecord): Promise<readonly ExportLine[]> {
  const { conversationId, seq, rev, senderId, content, clientMessageId, replyToSeq, mentions, metadata } =
    message;
  const lines: ExportLine[] = [];
  if (senderId === userId) {
    lines.push({
      ...{ kind: "message", conversationId, seq, rev, content, clientMessageId },
      createdAt: iso(message.createdAt),
      editedAt: isoOrNull(message.editedAt),
      deletedAt: isoOrNull(message.deletedAt),
      ...{ replyToSeq, mentions, metadata },
      system: message.system && toSystemEvent(message.system),
    });
  }
  if (mentions.includes(userId)) {
    lines.push({ kind: "mention", conversationId, seq, senderId, at: iso(message.createdAt) });
  }
  // Of many who reacted a message names the first only.
  if (message.reactions.length > 0) {
    const { emojis } = await chat.reactions.get(conversationId, seq, userId);
    for (const [emoji, { at }] of emojis) {
      lines.push({ kind: "reaction", conversationId, seq, emoji, at: iso(at) });
    }
  }
  return lines;
}
