import { useEffect, useRef } from "react";
import type { ChatError } from "@parley/client";

interface ConversationProblemProps {
  readonly error: ChatError;
  readonly onBack: () => void;
}

/** In the place of a conversation that is not there, or is others'. */
export function ConversationProblem({ error, onBack }: ConversationProblemProps) {
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => back.current?.focus(), []);
  return (
    <main className="empty" role="alert">
      <div>
        <h2>This conversation cannot be opened</h2>
        <p>{meaning(error)}</p>
        <button ref={back} onClick={onBack}>
          Back to the list
        </button>
      </div>
    </main>
  );
}

function meaning({ code, message }: ChatError): string {
  if (code === "NOT_FOUND") return "There is none at this address.";
  return code === "FORBIDDEN" ? "It is between other people." : message;
}
