import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { RefObject } from "react";
import type { User } from "@parley/client";
import type { Company } from "../changing/message-acts.ts";
import { useSuggestions } from "../suggestions/use-suggestions.ts";
import { beginningSo, begunMention, isHandle } from "./mentions-in.ts";

const MOST = 20;

interface Means {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly text: string;
  readonly company: Company;
  readonly write: (text: string) => void;
}

/** Completes the handle that one writes behind an `@`. */
export function useMentioning({ field, text, company, write }: Means) {
  const { isGroup, members, userId, askForMembers } = company;
  const [caret, setCaret] = useState<number | null>(null);
  const [dismissed, dismiss] = useState<number | null>(null);
  const begun = isGroup && caret !== null ? begunMention(text, caret) : null;
  if (begun === null && dismissed !== null) dismiss(null);
  // Typed by hand, or out of a draft, it is sent as a mention as well.
  const isAsked = isGroup && text.includes("@");
  useEffect(() => {
    if (isAsked) askForMembers();
  }, [isAsked, askForMembers]);

  const others = members.filter(({ id }) => id !== userId);
  const isWanted = begun !== null && begun.from !== dismissed;
  const users = isWanted ? beginningSo(others, begun.wanted, MOST) : [];

  const caretAfter = useRef<number | null>(null);
  useLayoutEffect(() => {
    if (caretAfter.current === null) return;
    field.current?.setSelectionRange(caretAfter.current, caretAfter.current);
    caretAfter.current = null;
  }, [text]);
  const onChoose = ({ name }: User): void => {
    if (begun === null) return;
    const before = `${text.slice(0, begun.from)}@${name} `;
    write(before + text.slice(caret ?? undefined).replace(/^ /, ""));
    caretAfter.current = before.length;
    setCaret(before.length);
  };
  const suggestions = useSuggestions({
    users,
    wanted: begun?.wanted ?? "",
    // What is a handle already is meant as it stands: Enter sends it.
    takesFirst: begun !== null && !isHandle(others, begun.wanted),
    onChoose,
    onDismiss: () => dismiss(begun?.from ?? null),
  });
  return {
    ...suggestions,
    /** Where one writes now; null: elsewhere. */
    look: () => {
      const { selectionStart, selectionEnd } = field.current ?? {};
      setCaret(selectionStart === selectionEnd ? (selectionStart ?? null) : null);
    },
    leave: () => setCaret(null),
  };
}
