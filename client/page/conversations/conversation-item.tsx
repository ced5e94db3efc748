import { SYSTEM_USER_ID } from "../../../lambdas/protocol/system-user.ts";
import type { Conversation, Presence } from "@parley/client";
import { nameOfConversation } from "../groups/conversation-name.ts";
import { systemText } from "../../words/system-text.ts";
import { Avatar } from "../people/avatar.tsx";
import { Time } from "../people/time.tsx";

interface ConversationItemProps {
  readonly item: Conversation;
  readonly userId: string;
  readonly presence: Presence | undefined;
  readonly isOpen: boolean;
  readonly onOpen: (id: string) => void;
}

export function ConversationItem({ item, userId, presence, isOpen, onOpen }: ConversationItemProps) {
  const { otherParticipant: other, lastMessage, unreadCount, mentionCount } = item;
  const name = nameOfConversation(item);
  return (
    <button className="item" aria-current={isOpen ? "true" : undefined} onClick={() => onOpen(item.id)}>
      <Avatar
        user={{ displayName: name, avatarUrl: item.avatarUrl ?? other?.avatarUrl ?? null }}
        isOnline={presence?.online === true}
      />
      <span className="item-name" dir="auto">
        {name}
      </span>
      {presence?.online === true && <span className="unseen">, online</span>}
      {lastMessage && <Time at={lastMessage.createdAt} />}
      <span className="item-preview" dir="auto">
        {previewOf(item, userId)}
      </span>
      {unreadCount > 0 && (
        <span className="badge">
          {mentionCount > 0 && <span aria-hidden="true">@ </span>}
          {unreadCount}
          <span className="unseen"> unread{mentionCount > 0 && ", mentions you"}</span>
        </span>
      )}
    </button>
  );
}

function previewOf({ kind, lastMessage }: Conversation, userId: string): string {
  if (!lastMessage) return "No messages yet";
  const { sender } = lastMessage;
  if (lastMessage.type === "system") {
    const named = (id: string): string =>
      id === userId ? "you" : id === sender.id ? sender.displayName : id;
    return systemText(lastMessage, named);
  }
  const text = lastMessage.deletedAt === null ? lastMessage.content : "deleted";
  if (sender.id === userId) return `You: ${text}`;
  return kind === "group" || sender.id === SYSTEM_USER_ID ? `${sender.displayName}: ${text}` : text;
}
