import { useRef, useState } from "react";
import { useConversation, useMessages } from "@parley/client/react";
import { lastOwn, useComposing } from "../changing/use-composing.ts";
import { useMessageActs } from "../changing/use-message-acts.ts";
import { Composer } from "../composer/composer.tsx";
import { mentionedAnew, mentionedIn } from "../mentions/mentions-in.ts";
import { nameOfConversation } from "../groups/conversation-name.ts";
import { useCompany } from "../groups/use-company.ts";
import { ConversationHeader } from "./conversation-header.tsx";
import { ConversationProblem } from "./conversation-problem.tsx";
import { MessageList } from "./message-list.tsx";
import type { Shows } from "./message-list.tsx";
import { TypingLine } from "./typing-line.tsx";
import { useArrivals } from "./use-arrivals.ts";

interface ConversationPaneProps {
  readonly id: string;
  readonly userId: string;
  readonly onBack: () => void;
}

export function ConversationPane({ id, userId, onBack }: ConversationPaneProps) {
  const conversation = useConversation(id);
  const { details, send, markRead, setTyping } = conversation;
  const messages = useMessages(id);
  const [sends, setSends] = useState(0);
  const field = useRef<HTMLTextAreaElement>(null);
  const list = useRef<Shows>(null);
  const { items, error } = messages;
  const { composing, choose, compose } = useComposing(items);
  const { acts, save, problem, forget } = useMessageActs({
    conversation,
    choose,
    show: (seq) => list.current?.show(seq),
    field,
  });
  const company = useCompany(id, details, userId, items);
  useArrivals(items, userId);
  if (error && !error.retryable && items.length === 0) {
    return <ConversationProblem error={error} onBack={onBack} />;
  }

  const onSend = (content: string): void => {
    compose();
    if (composing.type === "edit") {
      const { message } = composing;
      const { isGroup, members, isComplete } = company;
      const mentions = isGroup ? mentionedAnew(message, content, members, isComplete) : null;
      return save(message, { content, ...(mentions && { mentions }) });
    }
    const mentions = company.isGroup ? mentionedIn(content, company.members) : [];
    send({
      content,
      ...(composing.type === "reply" ? { replyToSeq: composing.to.seq } : {}),
      ...(mentions.length > 0 ? { mentions } : {}),
    });
    setSends(sends + 1);
  };
  return (
    <main className="conversation">
      <ConversationHeader id={id} userId={userId} details={details} onBack={onBack} />
      <MessageList
        ref={list}
        messages={messages}
        company={company}
        details={details}
        sends={sends}
        onRead={(seq) => void markRead(seq).catch(() => undefined)}
        acts={acts}
      />
      <TypingLine id={id} />
      {problem !== null && (
        <p className="acts-problem" role="alert">
          {problem} <button onClick={forget}>Close</button>
        </p>
      )}
      <Composer
        field={field}
        company={company}
        conversationId={id}
        name={nameOfConversation(details)}
        composing={composing}
        onSend={onSend}
        onCancel={compose}
        onEditLast={() => {
          const message = lastOwn(items, userId);
          if (message) choose({ type: "edit", message });
        }}
        onTyping={setTyping}
      />
    </main>
  );
}
