import type { Conversation } from "@parley/client";
import { usePresence } from "@parley/client/react";
import { Avatar } from "../people/avatar.tsx";
import { Time } from "../people/time.tsx";

interface ConversationHeaderProps {
  readonly other: Conversation["otherParticipant"];
  readonly onBack: () => void;
}

export function ConversationHeader({ other, onBack }: ConversationHeaderProps) {
  const presence = usePresence(other.id === "" ? [] : [other.id]).get(other.id);
  return (
    <header className="conversation-header">
      <h1 className="narrow-heading unseen">Parley</h1>
      <button className="back" onClick={onBack} aria-label="Back to the list">
        <span aria-hidden="true">‹</span>
      </button>
      <Avatar user={other} isOnline={presence?.online === true} />
      <div>
        <h2 dir="auto">{other.displayName || "…"}</h2>
        {presence?.online === true && <p>online</p>}
        {presence?.online === false && presence.lastSeenAt !== null && (
          <p>
            last seen <Time at={presence.lastSeenAt} />
          </p>
        )}
      </div>
    </header>
  );
}
