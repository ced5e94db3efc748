import type { Message } from "@parley/client";

interface QuoteProps {
  readonly replyTo: NonNullable<Message["replyTo"]>;
  readonly userId: string;
  readonly onShow: (seq: number) => void;
}

/** What a message answers; pressing it leads there. */
export function Quote({ replyTo: { seq, preview }, userId, onShow }: QuoteProps) {
  if (!preview) return <p className="quote gone">What this answers was deleted.</p>;
  return (
    <button className="quote" onClick={() => onShow(seq)} title="Show what this answers">
      <span className="quote-name" dir="auto">
        {preview.sender.id === userId ? "You" : preview.sender.displayName}
      </span>
      <span className="quote-text" dir="auto">
        {preview.content}
      </span>
    </button>
  );
}
