import { useState } from "react";
import type { KeyboardEvent, ReactNode, RefObject } from "react";
import { useConversations, usePresence } from "@parley/client/react";
import { NotifyButton } from "../notifications/notify-button.tsx";
import type { NotifySwitch } from "../notifications/use-notify-switch.ts";
import { ArchivedDialog } from "./archived-dialog.tsx";
import { BeginChat } from "./begin-chat.tsx";
import { ConversationItem } from "./conversation-item.tsx";
import { ListProblem } from "./list-problem.tsx";
import { placed } from "./placed.ts";

interface ConversationListProps {
  readonly userId: string;
  readonly openId: string | null;
  readonly onOpen: (id: string) => void;
  readonly notify: NotifySwitch;
  readonly onSignOut: () => void;
  readonly onShortcuts: () => void;
  readonly newChat: RefObject<HTMLInputElement | null>;
  readonly list: RefObject<HTMLUListElement | null>;
  readonly invitation: ReactNode;
}

export function ConversationList(props: ConversationListProps) {
  const { userId, openId, onOpen, notify, onSignOut, onShortcuts, newChat, list, invitation } = props;
  const [isArchiveShown, showArchived] = useState(false);
  const { items, hasMore, loading, error, loadMore } = useConversations();
  const presence = usePresence(
    items.slice(0, 100).flatMap(({ otherParticipant }) => otherParticipant?.id ?? []),
  );
  return (
    <nav className="conversations" aria-label="Conversations">
      <header>
        <h1 dir="auto">{userId}</h1>
        <NotifyButton {...notify} />
        <button className="icon" onClick={onShortcuts} aria-label="Shortcuts" title="Shortcuts (?)">
          ?
        </button>
        <button onClick={onSignOut}>Sign out</button>
      </header>
      <BeginChat input={newChat} onOpen={onOpen} />
      <ul ref={list} onKeyDown={walk}>
        {placed(items).map((item) => (
          <li key={item.id}>
            <ConversationItem
              item={item}
              userId={userId}
              presence={presence.get(item.otherParticipant?.id ?? "")}
              isOpen={item.id === openId}
              onOpen={onOpen}
            />
          </li>
        ))}
      </ul>
      {error && <ListProblem error={error} />}
      {items.length === 0 && loading && <p className="hint">Loading…</p>}
      {hasMore && (
        <button className="more" disabled={loading} onClick={() => void loadMore()}>
          {loading ? "Loading…" : "More conversations"}
        </button>
      )}
      {items.length === 0 && !loading && !error && <p className="hint">No conversations yet.</p>}
      {invitation}
      <button className="more" onClick={() => showArchived(true)}>
        Archived
      </button>
      {isArchiveShown && <ArchivedDialog onOpen={onOpen} onClose={() => showArchived(false)} />}
    </nav>
  );
}

/** The arrows go through the list. */
function walk(event: KeyboardEvent<HTMLUListElement>): void {
  if (event.altKey || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  const at = buttons.indexOf(event.target as HTMLButtonElement);
  event.preventDefault();
  buttons[at + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
}
