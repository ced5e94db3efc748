import type { Conversation, Presence } from "@parley/client";
import { Avatar } from "../people/avatar.tsx";
import { faceOf } from "../people/face.ts";
import { Time } from "../people/time.tsx";

interface ConversationItemProps {
  readonly item: Conversation;
  readonly userId: string;
  readonly presence: Presence | undefined;
  readonly isOpen: boolean;
  readonly onOpen: (id: string) => void;
}

export function ConversationItem({ item, userId, presence, isOpen, onOpen }: ConversationItemProps) {
  const { lastMessage, unreadCount } = item;
  const face = faceOf(item);
  return (
    <button className="item" aria-current={isOpen ? "true" : undefined} onClick={() => onOpen(item.id)}>
      <Avatar user={face} isOnline={presence?.online === true} />
      <span className="item-name" dir="auto">
        {face.displayName}
      </span>
      {presence?.online === true && <span className="unseen">, online</span>}
      {lastMessage && <Time at={lastMessage.createdAt} />}
      <span className="item-preview" dir="auto">
        {lastMessage?.sender.id === userId ? "You: " : ""}
        {previewOf(lastMessage)}
      </span>
      {unreadCount > 0 && (
        <span className="badge">
          {unreadCount}
          <span className="unseen"> unread</span>
        </span>
      )}
    </button>
  );
}

function previewOf(message: Conversation["lastMessage"]): string {
  if (!message) return "No messages yet";
  return message.deletedAt === null ? message.content : "deleted";
}
