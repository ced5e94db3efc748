import { useEffect, useState } from "react";
import type { FormEvent, KeyboardEvent, RefObject } from "react";
import type { Company } from "../changing/message-acts.ts";
import type { Composing } from "../changing/use-composing.ts";
import { useMentioning } from "../mentions/use-mentioning.ts";
import { SuggestionList } from "../suggestions/suggestion-list.tsx";
import { ComposingLine } from "./composing-line.tsx";
import { keepDraft, readDraft } from "./drafts.ts";
import { useOwnTyping } from "./use-own-typing.ts";

interface ComposerProps {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly company: Company;
  readonly conversationId: string;
  readonly name: string;
  readonly composing: Composing;
  readonly onSend: (content: string) => void;
  /** What is written is given up: an edit, or the answer of it. */
  readonly onCancel: () => void;
  readonly onEditLast: () => void;
  readonly onTyping: (on: boolean) => void;
}

/** Enter sends; but not the Enter that ends a word of an input method. */
export function Composer(props: ComposerProps) {
  const { field, company, conversationId, name, composing, onSend, onCancel, onEditLast, onTyping } = props;
  const { userId } = company;
  const edited = composing.type === "edit" ? composing.message : null;
  const [text, setText] = useState(() => readDraft(userId, conversationId));
  const typed = useOwnTyping(onTyping);
  useEffect(() => field.current?.focus(), [field, composing]);
  // While something is written anew the draft waits. In the same drawing: an effect would show the other text once.
  const [writes, setWrites] = useState(edited?.key);
  if (writes !== edited?.key) {
    setWrites(edited?.key);
    setText(edited?.content ?? readDraft(userId, conversationId));
  }

  const write = (next: string): void => {
    setText(next);
    if (edited) return;
    keepDraft(userId, conversationId, next);
    typed(next !== "");
  };
  const mentioning = useMentioning({ field, text, company, write });
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
    if (isComposing || mentioning.onKeyDown(event)) return;
    if (event.key === "Enter" && !event.shiftKey) submit(event);
    const isPlain = !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (event.key === "ArrowUp" && isPlain && text === "" && composing.type === "new") {
      event.preventDefault();
      onEditLast();
    }
    if (event.key === "Escape" && composing.type !== "new") {
      // Not to the list as well.
      event.preventDefault();
      onCancel();
    }
  };

  return (
    <>
      <ComposingLine composing={composing} onCancel={onCancel} />
      <form className="composer" onSubmit={submit}>
        {mentioning.isOpen && <SuggestionList {...mentioning.list} label="Members to mention" />}
        <textarea
          ref={field}
          value={text}
          onChange={(event) => {
            write(event.target.value);
            mentioning.look();
          }}
          onSelect={mentioning.look}
          onKeyDown={onKeyDown}
          onBlur={() => {
            typed(false);
            mentioning.leave();
          }}
          aria-label={edited ? "The message anew" : `Message to ${name}`}
          placeholder="Write a message"
          rows={1}
          dir="auto"
          {...(company.isGroup ? mentioning.field : {})}
        />
        <button className="primary" disabled={text.trim() === ""}>
          {edited ? "Save" : "Send"}
        </button>
      </form>
    </>
  );
}
