import { useMemo, useRef, useState } from "react";
import type { RefObject } from "react";
import { ChatError } from "@parley/client";
import type { ChatMessage, MessageEdit } from "@parley/client";
import type { useConversation } from "@parley/client/react";
import type { MessageActs } from "./message-acts.ts";
import type { Composing } from "./use-composing.ts";

interface Means {
  readonly conversation: ReturnType<typeof useConversation>;
  readonly choose: (composing: Composing) => void;
  readonly show: (seq: number) => void;
  readonly field: RefObject<HTMLTextAreaElement | null>;
}

/** What can be done to messages, and why the last that was tried came to nothing. */
export function useMessageActs(means: Means) {
  const latest = useRef(means);
  latest.current = means;
  const [problem, setProblem] = useState<string | null>(null);
  const acts = useMemo((): MessageActs => {
    /** It is shown at once; what is refused has been undone by then. */
    const tell = (what: string, done: Promise<void>): void => {
      setProblem(null);
      done.catch((cause: unknown) => setProblem(`${what}: ${reasonOf(cause)}`));
    };
    /** The button that was pressed goes with what it was for: one writes on. */
    const writeOn = (): void => latest.current.field.current?.focus();
    const conversation = (): Means["conversation"] => latest.current.conversation;
    return {
      reply: (to) => latest.current.choose({ type: "reply", to }),
      edit: (message) => latest.current.choose({ type: "edit", message }),
      remove: ({ seq }) => {
        tell("Not deleted", conversation().delete(seq));
        writeOn();
      },
      react: ({ seq }, emoji, on) => tell("Your reaction did not stay", conversation().react(seq, emoji, on)),
      pin: ({ seq }, on) => tell(on ? "Not pinned" : "Not unpinned", conversation().pin(seq, on)),
      retry: ({ key }) => (conversation().retry(key), writeOn()),
      discard: ({ key }) => (conversation().discard(key), writeOn()),
      show: (seq) => latest.current.show(seq),
    };
  }, []);
  /** Has an own message say something else. */
  const save = ({ seq }: ChatMessage, edit: MessageEdit): void => {
    setProblem(null);
    latest.current.conversation
      .edit(seq, edit)
      .catch((cause: unknown) => setProblem(`Not changed: ${reasonOf(cause)}`));
  };
  return { acts, save, problem, forget: () => setProblem(null) };
}

const reasonOf = (cause: unknown): string =>
  cause instanceof ChatError ? cause.message : "something went wrong.";
