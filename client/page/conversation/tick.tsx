import type { ChatMessage } from "@parley/client";
import type { Company } from "../changing/message-acts.ts";
import { exactTime } from "../people/times.ts";

interface TickProps {
  readonly message: ChatMessage;
  readonly company: Company;
}

/** How far an own message has come: in a group who of the others has read it. */
export function Tick({ message, company }: TickProps) {
  const { state, readAt, seq } = message;
  const readers = company.isGroup && state === "sent" ? company.readersOf(seq) : [];
  const isRead = company.isGroup
    ? readers.length > 0 && readers.length >= company.othersCount
    : readAt !== null;
  const [sign, meaning] =
    state === "pending"
      ? ["◷", "Not sent yet"]
      : state === "failed"
        ? ["!", "Not sent"]
        : [isRead ? "✓✓" : "✓", readText(readAt, readers)];
  return (
    <span className="tick" data-read={isRead} role="img" aria-label={meaning} title={meaning}>
      {sign}
    </span>
  );
}

const NAMED = 10;

function readText(readAt: string | null, readers: readonly string[]): string {
  if (readAt !== null) return `Read ${exactTime(readAt)}`;
  if (readers.length === 0) return "Sent";
  const more = readers.length - NAMED;
  return `Read by ${readers.slice(0, NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
