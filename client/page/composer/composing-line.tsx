import type { Composing } from "../changing/use-composing.ts";

interface ComposingLineProps {
  readonly composing: Composing;
  readonly onCancel: () => void;
}

/** Above the field: what is answered, or that something is written anew. */
export function ComposingLine({ composing, onCancel }: ComposingLineProps) {
  if (composing.type === "new") return null;
  const isReply = composing.type === "reply";
  const { sender, content } = isReply ? composing.to : composing.message;
  return (
    <div className="composing">
      <p>
        <strong dir="auto">{isReply ? `Reply to ${sender.displayName}` : "Editing"}</strong>
        <span dir="auto">{content}</span>
      </p>
      <button onClick={onCancel} title="Cancel (Esc)" aria-label={isReply ? "Do not reply" : "Do not edit"}>
        <span aria-hidden="true">✕</span>
      </button>
    </div>
  );
}
