import { useCallback, useRef, useState } from "react";
import { useConversation, useMessages } from "@parley/client/react";
import { Composer } from "../composer/composer.tsx";
import { ConversationHeader } from "./conversation-header.tsx";
import { ConversationProblem } from "./conversation-problem.tsx";
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
  const field = useRef<HTMLTextAreaElement>(null);
  useArrivals(messages.items, userId);
  // The button that was pressed goes with what it was for: one writes on.
  const onRetry = useCallback((key: string) => (retry(key), field.current?.focus()), [retry]);
  const onDiscard = useCallback((key: string) => (discard(key), field.current?.focus()), [discard]);
  const { items, error } = messages;
  if (error && !error.retryable && items.length === 0) {
    return <ConversationProblem error={error} onBack={onBack} />;
  }
  const { otherParticipant: other } = details;
  return (
    <main className="conversation">
      <ConversationHeader other={other} onBack={onBack} />
      <MessageList
        messages={messages}
        userId={userId}
        details={details}
        sends={sends}
        onRead={(seq) => void markRead(seq).catch(() => undefined)}
        onRetry={onRetry}
        onDiscard={onDiscard}
      />
      <TypingLine id={id} />
      <Composer
        field={field}
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
