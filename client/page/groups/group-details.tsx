import { useState } from "react";
import type { FormEvent } from "react";
import type { useConversation } from "@parley/client/react";

interface GroupDetailsProps {
  readonly conversation: ReturnType<typeof useConversation>;
  readonly attempt: (act: Promise<unknown>) => void;
}

/** The title, for those who may change it. */
export function GroupDetails({ conversation: { details, setDetails }, attempt }: GroupDetailsProps) {
  const [title, setTitle] = useState(details.title ?? "");
  if (details.myRole === "member") return null;
  const rename = (event: FormEvent): void => {
    event.preventDefault();
    attempt(setDetails({ title: title.trim() }));
  };
  const isNew = title.trim() !== "" && title.trim() !== details.title;
  return (
    <form className="dialog-line" onSubmit={rename}>
      <input value={title} onChange={(event) => setTitle(event.target.value)} aria-label="Title" dir="auto" />
      <button disabled={!isNew}>Rename</button>
    </form>
  );
}
