import type { ChatMessage } from "@parley/client";
import { exactTime } from "../people/times.ts";

/** How far an own message has come. */
export function Tick({ message: { state, readAt } }: { readonly message: ChatMessage }) {
  const [sign, meaning] =
    state === "pending"
      ? ["◷", "Not sent yet"]
      : state === "failed"
        ? ["!", "Not sent"]
        : readAt === null
          ? ["✓", "Sent"]
          : ["✓✓", `Read ${exactTime(readAt)}`];
  return (
    <span className="tick" data-read={readAt !== null} role="img" aria-label={meaning} title={meaning}>
      {sign}
    </span>
  );
}
