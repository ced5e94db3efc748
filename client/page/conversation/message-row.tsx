import { memo } from "react";
import { SYSTEM_USER_ID } from "../../../lambdas/protocol/system-user.ts";
import { MessageActions } from "../changing/message-actions.tsx";
import type { Company, MessageActs } from "../changing/message-acts.ts";
import { Quote } from "../changing/quote.tsx";
import { Reactions } from "../changing/reactions.tsx";
import { isChangeable } from "../changing/use-composing.ts";
import { systemText } from "../../words/system-text.ts";
import { dayName, clockTime, exactTime } from "../people/times.ts";
import { MessageText } from "./message-text.tsx";
import type { Row } from "./rows.ts";
import { Tick } from "./tick.tsx";

interface MessageRowProps {
  readonly row: Row;
  readonly company: Company;
  readonly acts: MessageActs;
  /** One was led here. */
  readonly isShown: boolean;
}

export const MessageRow = memo(function MessageRow({ row, company, acts, isShown }: MessageRowProps) {
  const { message, isOwn, beginsDay, isFirstUnread, goesOn } = row;
  if (message.type === "system") {
    return (
      <div className="row">
        {beginsDay && <DateLine at={message.createdAt} />}
        <p className="system-line" dir="auto" title={exactTime(message.createdAt)}>
          {systemText(message, company.nameOf)}
        </p>
      </div>
    );
  }
  const isDeleted = message.deletedAt !== null;
  const mentionsMe = !isOwn && message.mentions.includes(company.userId);
  return (
    <div className="row">
      {beginsDay && <DateLine at={message.createdAt} />}
      {isFirstUnread && <p className="unread-line">Unread</p>}
      <article
        className="message"
        data-own={isOwn}
        data-state={message.state}
        data-goes-on={goesOn}
        data-shown={isShown}
        data-mentions-me={mentionsMe}
        aria-label={`${isOwn ? "You" : message.sender.displayName}, ${clockTime(message.createdAt)}${mentionsMe ? ", mentions you" : ""}`}
      >
        {(company.isGroup || message.sender.id === SYSTEM_USER_ID) && !isOwn && !goesOn && (
          <p className="sender" dir="auto" aria-hidden="true">
            {message.sender.displayName}
          </p>
        )}
        <div className="bubble-line">
          <div className="bubble">
            {message.replyTo && (
              <Quote replyTo={message.replyTo} userId={company.userId} onShow={acts.show} />
            )}
            {isDeleted ? (
              <p className="text deleted">This message was deleted.</p>
            ) : (
              <MessageText
                text={message.content}
                mentioned={company.mentioned(message.mentions)}
                userId={company.userId}
              />
            )}
            <span className="meta">
              {message.pinnedAt !== null && (
                <span role="img" aria-label="Pinned" title={`Pinned ${exactTime(message.pinnedAt)}`}>
                  📌
                </span>
              )}
              {message.editedAt !== null && !isDeleted && (
                <span title={`Edited ${exactTime(message.editedAt)}`}>edited</span>
              )}
              <time dateTime={message.createdAt} title={exactTime(message.createdAt)}>
                {clockTime(message.createdAt)}
              </time>
              {isOwn && <Tick message={message} company={company} />}
            </span>
          </div>
          {isChangeable(message) && <MessageActions message={message} company={company} acts={acts} />}
        </div>
        <Reactions message={message} company={company} acts={acts} />
        {message.state === "failed" && (
          <p className="refusal">
            Not sent: {message.error?.message} <button onClick={() => acts.retry(message)}>Try again</button>{" "}
            <button onClick={() => acts.discard(message)}>Discard</button>
          </p>
        )}
      </article>
    </div>
  );
});

const DateLine = ({ at }: { readonly at: string }) => (
  <p className="date-line">
    <time dateTime={at}>{dayName(at)}</time>
  </p>
);
