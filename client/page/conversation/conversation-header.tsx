import type { User } from "@parley/client";
import { usePresence } from "@parley/client/react";
import { Avatar } from "../people/avatar.tsx";
import { Time } from "../people/time.tsx";

interface ConversationHeaderProps {
  readonly face: User;
  /** Of the other one; empty in a group, or while it is not known. */
  readonly userId: string;
  readonly onBack: () => void;
}

export function ConversationHeader({ face, userId, onBack }: ConversationHeaderProps) {
  const presence = usePresence(userId === "" ? [] : [userId]).get(userId);
  return (
    <header className="conversation-header">
      <h1 className="narrow-heading unseen">Parley</h1>
      <button className="back" onClick={onBack} aria-label="Back to the list">
        <span aria-hidden="true">‹</span>
      </button>
      <Avatar user={face} isOnline={presence?.online === true} />
      <div>
        <h2 dir="auto">{face.displayName || "…"}</h2>
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
