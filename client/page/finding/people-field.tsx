import { useState } from "react";
import type { ChangeEvent, KeyboardEvent, RefObject } from "react";
import type { User } from "@parley/client";
import { SuggestionList } from "../suggestions/suggestion-list.tsx";
import { useSuggestions } from "../suggestions/use-suggestions.ts";
import { usePeopleSearch } from "./use-people-search.ts";

interface PeopleFieldProps {
  readonly input?: RefObject<HTMLInputElement | null>;
  readonly value: string;
  readonly onType: (value: string) => void;
  /** What of it is searched for: the id that is being written. */
  readonly wanted: string;
  readonly onChoose: (user: User) => void;
  /** So many lines high; else it is of one. */
  readonly rows?: number;
  readonly id?: string;
  readonly placeholder?: string;
  readonly "aria-label"?: string;
  readonly "aria-describedby"?: string | undefined;
  readonly "aria-invalid"?: boolean;
}

/** A field for ids that finds people by how their handle begins, where the server has such a search. */
export function PeopleField(props: PeopleFieldProps) {
  const { input, value, onType, wanted, onChoose, rows, ...rest } = props;
  const found = usePeopleSearch(wanted);
  /** Where it is left, or was given up, nothing is suggested before one types on. */
  const [isTyping, setTyping] = useState(false);
  const { isOpen, onKeyDown, list, field } = useSuggestions({
    users: isTyping ? found : [],
    wanted,
    // What was typed may be an id as it stands.
    takesFirst: false,
    onChoose: (user) => {
      setTyping(false);
      onChoose(user);
    },
    onDismiss: () => setTyping(false),
  });
  const onKey = (event: KeyboardEvent): void => {
    const isComposing = event.nativeEvent.isComposing || event.keyCode === 229;
    if (!isComposing && onKeyDown(event)) return;
    // It is being acted on; the answer of a search comes too late.
    if (event.key === "Enter" && !isComposing) setTyping(false);
  };
  const shared = {
    ...rest,
    ...field,
    value,
    onChange: ({ target }: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      setTyping(true);
      onType(target.value);
    },
    onKeyDown: onKey,
    onBlur: () => setTyping(false),
    autoCapitalize: "none",
    dir: "auto",
  };
  return (
    <div className="suggested">
      {rows === undefined ? (
        <input {...shared} ref={input} role="combobox" aria-expanded={isOpen} />
      ) : (
        <textarea {...shared} rows={rows} />
      )}
      {isOpen && <SuggestionList {...list} label="People" />}
    </div>
  );
}
