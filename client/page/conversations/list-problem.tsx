import type { ChatError } from "@parley/client";
import { useConnection } from "@parley/client/react";

/** The list could not be read. Without a connection the banner says so. */
export function ListProblem({ error }: { readonly error: ChatError }) {
  const isOnline = useConnection().state === "online";
  if (error.retryable && !isOnline) return null;
  return (
    <p className="problem list-problem" role="alert">
      The list may be old: {error.message}{" "}
      {error.retryable ? (
        "It is tried again by itself."
      ) : (
        <button onClick={() => location.reload()}>Reload</button>
      )}
    </p>
  );
}
