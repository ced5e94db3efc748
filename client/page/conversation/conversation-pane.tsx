import { useState } from "react";
import { useConversation, useMessages } from "@parley/client/react";
import { Composer } from "../composer/composer.tsx";
import { ConversationHeader } from "./conversation-header.tsx";
import { MessageList } from "./message-list.tsx";
import { TypingLine } from "./typing-line.tsx";
import { useArrivals } from "./use-arrivals.ts";

interface ConversationPaneProps {
  readonly id: string;
  readonly userId: string;
  readonly onBack: () => void;
}

export function ConversationPane({ id, userId, onBack }: ConversationPaneProps) {
  const { details, send, markRead, retry, discard, setTyping } = useConversation(id);
  const messages = useMessages(id);
  const [sends, setSends] = useState(0);
  useArrivals(messages.items, userId);
  const { otherParticipant: other, readSeq, unreadCount } = details;
  return (
    <main className="conversation">
      <ConversationHeader other={other} onBack={onBack} />
      <MessageList
        messages={messages}
        userId={userId}
        readSeq={readSeq}
        unreadCount={unreadCount}
        sends={sends}
        onRead={(seq) => void markRead(seq).catch(() => undefined)}
        onRetry={retry}
        onDiscard={discard}
      />
      <TypingLine id={id} />
      <Composer
        userId={userId}
        conversationId={id}
        name={other.displayName}
        onSend={(content) => {
          send({ content });
          setSends(sends + 1);
        }}
        onTyping={setTyping}
      />
    </main>
  );
}
