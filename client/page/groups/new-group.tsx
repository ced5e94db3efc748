import { useEffect, useId, useRef, useState } from "react";
import type { FormEvent } from "react";
import { ChatError } from "@parley/client";
import { useChat } from "@parley/client/react";
import { PeopleField } from "../finding/people-field.tsx";
import { idsIn, lastIn, withLast } from "./ids-in.ts";

interface NewGroupProps {
  readonly onOpen: (id: string) => void;
  readonly onClose: () => void;
}

/** A title and the ids of those who are to be in it. */
export function NewGroup({ onOpen, onClose }: NewGroupProps) {
  const chat = useChat();
  const dialog = useRef<HTMLDialogElement>(null);
  const membersField = useId();
  const [title, setTitle] = useState("");
  const [ids, setIds] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [isAsking, setAsking] = useState(false);
  // What may have been made although no answer came is not made twice.
  const [clientConversationId] = useState(() => crypto.randomUUID());
  useEffect(() => dialog.current?.showModal(), []);

  const make = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (isAsking) return;
    setAsking(true);
    setProblem(null);
    try {
      const group = { title: title.trim(), memberIds: idsIn(ids), clientConversationId };
      const { id } = await chat.createGroup(group);
      dialog.current?.close();
      onOpen(id);
    } catch (cause) {
      setProblem(cause instanceof ChatError ? cause.message : String(cause));
    } finally {
      setAsking(false);
    }
  };

  return (
    <dialog ref={dialog} className="group-dialog" onClose={onClose} aria-labelledby="new-group">
      <h2 id="new-group">New group</h2>
      <form onSubmit={(event) => void make(event)}>
        <label>
          Title
          <input value={title} onChange={(event) => setTitle(event.target.value)} required dir="auto" />
        </label>
        <label htmlFor={membersField}>Members, by id, a line or a comma between them</label>
        <PeopleField
          id={membersField}
          value={ids}
          onType={setIds}
          wanted={lastIn(ids)}
          onChoose={({ id }) => setIds(withLast(ids, id))}
          rows={3}
        />
        {problem !== null && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        <p className="dialog-buttons">
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button className="primary" disabled={isAsking || title.trim() === ""}>
            Make the group
          </button>
        </p>
      </form>
    </dialog>
  );
}
