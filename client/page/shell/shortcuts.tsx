import { useEffect, useRef } from "react";

const SHORTCUTS = [
  ["Alt ↑, Alt ↓", "The conversation above, below"],
  ["Enter", "Send"],
  ["Shift Enter", "A new line"],
  ["↑", "In an empty field: change what you wrote last"],
  ["@", "In a group: mention somebody; ↑, ↓ and Enter choose"],
  ["Esc", "Leave the answer or the change; from the message to the list"],
  ["↑, ↓", "Through the list"],
  ["n", "Begin a chat"],
  ["?", "This list"],
] as const;

export function Shortcuts({ onClose }: { readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="shortcuts">
      <h2 id="shortcuts">Shortcuts</h2>
      <dl>
        {SHORTCUTS.map(([keys, meaning]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button className="primary">Close</button>
      </form>
    </dialog>
  );
}
