import type { MessagesState } from "@parley/client";
import { useConnection } from "@parley/client/react";

interface MessagesStateLineProps {
  readonly messages: MessagesState & { readonly loadOlder: () => Promise<void> };
  /** The server has none of this conversation. */
  readonly isNew: boolean;
}

/** What else there is to say of the messages: that they are coming, that there are none, that they did not load. */
export function MessagesStateLine({ messages, isNew }: MessagesStateLineProps) {
  const { items, hasOlder, loading, error, loadOlder } = messages;
  const isOnline = useConnection().state === "online";
  if (loading) return <p className="loading">Loading…</p>;
  // Without a connection the banner says it all.
  if (error && (isOnline || !error.retryable)) {
    return (
      <p className="messages-problem" role="alert">
        {hasOlder ? "Older messages did not load" : "Messages did not load"}: {error.message}{" "}
        {hasOlder && <button onClick={() => void loadOlder()}>Try again</button>}
      </p>
    );
  }
  if (items.length > 0) return null;
  if (isNew) return <p className="hint">No messages yet. Say hello.</p>;
  return isOnline ? null : <p className="hint">The messages come with the connection.</p>;
}
