import { useEffect, useRef, useState } from "react";
import { ChatError } from "@parley/client";
import { useArchived, useChat } from "@parley/client/react";
import { nameOfConversation } from "../groups/conversation-name.ts";

interface ArchivedDialogProps {
  readonly onOpen: (id: string) => void;
  readonly onClose: () => void;
}

/** The conversations that were archived: each can be read, and taken out. */
export function ArchivedDialog({ onOpen, onClose }: ArchivedDialogProps) {
  const chat = useChat();
  const { items, hasMore, loading, error, loadMore } = useArchived();
  const dialog = useRef<HTMLDialogElement>(null);
  const close = useRef<HTMLButtonElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => dialog.current?.showModal(), []);

  const takeOut = (id: string): void => {
    setProblem(null);
    // The button goes, and the focus it had would be nobody's.
    close.current?.focus();
    chat
      .conversation(id)
      .setSettings({ archived: false })
      .catch((cause: unknown) => setProblem(cause instanceof ChatError ? cause.message : String(cause)));
  };
  const told = problem ?? error?.message ?? null;
  return (
    <dialog ref={dialog} className="group-dialog" onClose={onClose} aria-labelledby="archived">
      <h2 id="archived">Archived</h2>
      {items.length === 0 && told === null && (
        <p>{hasMore || loading ? "Loading…" : "Nothing is archived."}</p>
      )}
      <ul className="members">
        {items.map((item) => {
          const name = nameOfConversation(item);
          return (
            <li key={item.id}>
              <span dir="auto">
                <button
                  onClick={() => {
                    dialog.current?.close();
                    onOpen(item.id);
                  }}
                  aria-label={`Open ${name}`}
                >
                  {name}
                </button>
              </span>
              <button onClick={() => takeOut(item.id)} aria-label={`Take out ${name}`}>
                Take out
              </button>
            </li>
          );
        })}
      </ul>
      {hasMore && items.length > 0 && (
        <button disabled={loading} onClick={() => void loadMore()}>
          More
        </button>
      )}
      {told !== null && (
        <p className="problem" role="alert">
          {told}
        </p>
      )}
      <p className="dialog-buttons">
        <button ref={close} className="primary" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </p>
    </dialog>
  );
}
