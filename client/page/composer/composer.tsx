import { useEffect, useState } from "react";
import type { FormEvent, KeyboardEvent, RefObject } from "react";
import { keepDraft, readDraft } from "./drafts.ts";
import { useOwnTyping } from "./use-own-typing.ts";

interface ComposerProps {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly userId: string;
  readonly conversationId: string;
  readonly name: string;
  readonly onSend: (content: string) => void;
  readonly onTyping: (on: boolean) => void;
}

/** Enter sends; but not the Enter that ends a word of an input method. */
export function Composer({ field, userId, conversationId, name, onSend, onTyping }: ComposerProps) {
  const [text, setText] = useState(() => readDraft(userId, conversationId));
  const typed = useOwnTyping(onTyping);
  useEffect(() => field.current?.focus(), [field]);

  const write = (next: string): void => {
    setText(next);
    keepDraft(userId, conversationId, next);
    typed(next !== "");
  };
  const submit = (event: FormEvent | KeyboardEvent): void => {
    event.preventDefault();
    if (text.trim() === "") return;
    onSend(text.trim());
    write("");
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // 229: Safari tells of the end of a composition before the key that ended it.
    const isComposing = event.nativeEvent.isComposing || event.keyCode === 229;
    if (event.key === "Enter" && !event.shiftKey && !isComposing) submit(event);
  };

  return (
    <form className="composer" onSubmit={submit}>
      <textarea
        ref={field}
        value={text}
        onChange={(event) => write(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={() => typed(false)}
        aria-label={`Message to ${name}`}
        placeholder="Write a message"
        rows={1}
        dir="auto"
      />
      <button className="primary" disabled={text.trim() === ""}>
        Send
      </button>
    </form>
  );
}
