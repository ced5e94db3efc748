import { useState } from "react";
import type { Conversation } from "@parley/client";
import { usePresence } from "@parley/client/react";
import { DetailsDialog } from "../groups/details-dialog.tsx";
import { nameOfConversation } from "../groups/conversation-name.ts";
import { Avatar } from "../people/avatar.tsx";
import { Time } from "../people/time.tsx";

interface ConversationHeaderProps {
  readonly id: string;
  readonly userId: string;
  readonly details: Conversation;
  readonly onBack: () => void;
}

export function ConversationHeader({ id, userId, details, onBack }: ConversationHeaderProps) {
  const otherId = details.otherParticipant?.id ?? "";
  const presence = usePresence(otherId === "" ? [] : [otherId]).get(otherId);
  const [areDetailsShown, showDetails] = useState(false);
  const name = nameOfConversation(details);
  return (
    <header className="conversation-header">
      <h1 className="narrow-heading unseen">Parley</h1>
      <button className="back" onClick={onBack} aria-label="Back to the list">
        <span aria-hidden="true">‹</span>
      </button>
      <Avatar
        user={{ displayName: name, avatarUrl: pictureOf(details) }}
        isOnline={presence?.online === true}
      />
      <div>
        <h2 dir="auto">{name || "…"}</h2>
        {details.kind === "group" && <p>{details.memberCount} members</p>}
        {presence?.online === true && <p>online</p>}
        {presence?.online === false && presence.lastSeenAt !== null && (
          <p>
            last seen <Time at={presence.lastSeenAt} />
          </p>
        )}
      </div>
      <button className="icon" onClick={() => showDetails(true)} aria-label="Details" title="Details">
        <span aria-hidden="true">⋮</span>
      </button>
      {areDetailsShown && <DetailsDialog id={id} userId={userId} onClose={() => showDetails(false)} />}
    </header>
  );
}

const pictureOf = ({ avatarUrl, otherParticipant }: Conversation): string | null =>
  avatarUrl ?? otherParticipant?.avatarUrl ?? null;
