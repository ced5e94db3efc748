import { useState } from "react";
import type { FormEvent, RefObject } from "react";
import { ChatError } from "@parley/client";
import { NewGroup } from "../groups/new-group.tsx";
import { PeopleField } from "../finding/people-field.tsx";
import { useChat } from "@parley/client/react";

interface BeginChatProps {
  readonly input: RefObject<HTMLInputElement | null>;
  readonly onOpen: (id: string) => void;
}

/** Somebody is found by the handle, or by the id. What was typed stays until it has led somewhere. */
export function BeginChat({ input, onOpen }: BeginChatProps) {
  const chat = useChat();
  const [userId, setUserId] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [isAsking, setAsking] = useState(false);
  const [isMakingGroup, makeGroup] = useState(false);

  const begin = async (wanted: string): Promise<void> => {
    if (wanted === "" || isAsking) return;
    setAsking(true);
    setProblem(null);
    try {
      const { id } = await chat.direct(wanted);
      setUserId("");
      onOpen(id);
    } catch (cause) {
      setProblem(problemOf(cause, wanted, wanted === chat.me.get()?.id));
    } finally {
      setAsking(false);
    }
  };

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void begin(userId.trim());
  };
  return (
    <>
      <form className="begin" onSubmit={submit}>
        <PeopleField
          input={input}
          value={userId}
          onType={setUserId}
          wanted={userId}
          onChoose={(user) => void begin(user.id)}
          aria-label="Begin a chat with"
          placeholder="Chat with…"
          aria-describedby={problem === null ? undefined : "begin-problem"}
          aria-invalid={problem !== null}
        />
        <button disabled={isAsking}>Begin</button>
        <button type="button" onClick={() => makeGroup(true)} title="New group" aria-label="New group">
          <span aria-hidden="true">+</span>
        </button>
        {problem !== null && (
          <p id="begin-problem" className="problem" role="alert">
            {problem}
          </p>
        )}
      </form>
      {isMakingGroup && <NewGroup onOpen={onOpen} onClose={() => makeGroup(false)} />}
    </>
  );
}

function problemOf(cause: unknown, userId: string, isOneself: boolean): string {
  if (!(cause instanceof ChatError)) return String(cause);
  if (isOneself && cause.code === "INVALID_REQUEST") return "That is you: a chat needs somebody else.";
  if (cause.code === "NOT_FOUND") return `There is nobody called ${userId} yet: they must sign in once.`;
  return cause.code === "NETWORK" ? "That needs a connection." : cause.message;
}
