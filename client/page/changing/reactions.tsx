import type { ChatMessage } from "@parley/client";
import type { Company, MessageActs } from "./message-acts.ts";

interface ReactionsProps {
  readonly message: ChatMessage;
  readonly company: Company;
  readonly acts: MessageActs;
}

/** Who reacted with what; pressing one joins in, or takes one's own back. */
export function Reactions({ message, company, acts }: ReactionsProps) {
  if (message.reactions.length === 0) return null;
  return (
    <ul className="reactions" aria-label="Reactions">
      {message.reactions.map(({ emoji, count, userIds }) => {
        const isMine = userIds.includes(company.userId);
        const named = userIds.map((id) => (id === company.userId ? "You" : company.nameOf(id)));
        const others = count > named.length ? [`${count - named.length} more`] : [];
        return (
          <li key={emoji}>
            <button
              aria-pressed={isMine}
              aria-label={`${emoji} ${count}`}
              title={[...named, ...others].join(", ")}
              onClick={() => acts.react(message, emoji, !isMine)}
            >
              {emoji} <span aria-hidden="true">{count}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
