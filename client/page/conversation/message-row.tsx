import { memo } from "react";
import { dayName, clockTime, exactTime } from "../people/times.ts";
import { MessageText } from "./message-text.tsx";
import type { Row } from "./rows.ts";
import { Tick } from "./tick.tsx";

interface MessageRowProps {
  readonly row: Row;
  readonly onRetry: (clientMessageId: string) => void;
  readonly onDiscard: (clientMessageId: string) => void;
}

export const MessageRow = memo(function MessageRow({ row, onRetry, onDiscard }: MessageRowProps) {
  const { message, isOwn, beginsDay, isFirstUnread, goesOn } = row;
  return (
    <div className="row">
      {beginsDay && (
        <p className="date-line">
          <time dateTime={message.createdAt}>{dayName(message.createdAt)}</time>
        </p>
      )}
      {isFirstUnread && <p className="unread-line">Unread</p>}
      <article
        className="message"
        data-own={isOwn}
        data-state={message.state}
        data-goes-on={goesOn}
        aria-label={`${isOwn ? "You" : message.sender.displayName}, ${clockTime(message.createdAt)}`}
      >
        <div className="bubble">
          <MessageText text={message.content} />
          <span className="meta">
            <time dateTime={message.createdAt} title={exactTime(message.createdAt)}>
              {clockTime(message.createdAt)}
            </time>
            {isOwn && <Tick message={message} />}
          </span>
        </div>
        {message.state === "failed" && (
          <p className="refusal">
            Not sent: {message.error?.message} <button onClick={() => onRetry(message.key)}>Try again</button>{" "}
            <button onClick={() => onDiscard(message.key)}>Discard</button>
          </p>
        )}
      </article>
    </div>
  );
});
