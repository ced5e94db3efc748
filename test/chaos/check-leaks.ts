import type { Journal, Violation } from "./journal.ts";
import type { ConversationOutcome } from "./outcome.ts";

const PREVIEW_CODE_POINTS = 200;

/** What no message says any more, deleted or edited away, stands nowhere: in no change, no preview, no message. */
export function checkLeaks(journal: Journal, { id, log, items }: ConversationOutcome): readonly Violation[] {
  const written = [
    ...journal.intents.filter(({ conversationId }) => conversationId === id).map(({ content }) => content),
    ...journal.changes.flatMap(({ conversationId, change }) =>
      conversationId === id && change.type === "edit" ? [change.content] : [],
    ),
  ];
  const said = new Set(log.map(({ content }) => content));
  const gone = new Set(written.filter((text) => !said.has(text)).flatMap((text) => [text, cut(text)]));
  const leaked = (text: string): Violation => ({ kind: "leaked", text });
  return [
    ...log
      .filter(({ deletedAt, content }) => deletedAt !== null && content !== "")
      .map(({ seq }) => leaked(`message ${seq} is deleted, and says something`)),
    ...items.flatMap((item) =>
      textsOf(item).flatMap((text) =>
        gone.has(text) ? [leaked(`${String(item["sk"])} holds ${JSON.stringify(text.slice(0, 40))}`)] : [],
      ),
    ),
    // Nobody may have taken it back yet; but what is kept twice has to be deleted twice.
    ...items
      .filter((item) => String(item["sk"]).startsWith("X#") && JSON.stringify(item).includes('"said"'))
      .map((item) => leaked(`${String(item["sk"])} still has what an edit said`)),
  ];
}

const cut = (text: string): string => [...text].slice(0, PREVIEW_CODE_POINTS).join("");

/** Every text in it, however deep. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
