import { useDeferredValue, useEffect, useRef, useState } from "react";
import dataUrl from "emoji-picker-element-data/en/cldr-native/data.json?url";

/*
 * Ready-made pickers bring style attributes, or their emojis from a network of somebody else's; this page's policy
 * allows neither.
 */

interface Emoji {
  readonly emoji: string;
  readonly annotation: string;
  readonly tags?: readonly string[];
  readonly group: number;
}

const GROUPS = [
  "Faces",
  "People",
  "Parts",
  "Animals and plants",
  "Food",
  "Places",
  "Activities",
  "Things",
  "Signs",
  "Flags",
];

interface EmojiDialogProps {
  readonly onChoose: (emoji: string) => void;
  readonly onClose: () => void;
}

/** All emojis, to be searched. */
export default function EmojiDialog({ onChoose, onClose }: EmojiDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [all, setAll] = useState<readonly Emoji[] | null>(null);
  const [problem, setProblem] = useState(false);
  const [text, setText] = useState("");
  const wanted = useDeferredValue(text.trim().toLowerCase());
  useEffect(() => {
    dialog.current?.showModal();
    loadEmojis().then(setAll, () => setProblem(true));
  }, []);
  const choose = (emoji: string): void => {
    dialog.current?.close();
    onChoose(emoji);
  };
  const found = (all ?? []).filter((one) => isMeant(one, wanted));
  const groups = GROUPS.map((name, group) => ({ name, emojis: found.filter((one) => one.group === group) }));

  return (
    <dialog ref={dialog} className="emoji-dialog" onClose={onClose} aria-label="Choose an emoji">
      <form method="dialog">
        <input
          type="search"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            if (wanted !== "" && found[0]) choose(found[0].emoji);
          }}
          aria-label="Search emojis"
          placeholder="Search"
          autoFocus
        />
        <button>Cancel</button>
      </form>
      <div className="emojis">
        {groups.map(({ name, emojis }) =>
          emojis.length === 0 ? null : (
            <section key={name} aria-label={name}>
              {emojis.map(({ emoji, annotation }) => (
                <button key={emoji} aria-label={annotation} title={annotation} onClick={() => choose(emoji)}>
                  {emoji}
                </button>
              ))}
            </section>
          ),
        )}
        {problem && (
          <p className="problem" role="alert">
            The emojis did not load.
          </p>
        )}
        {all === null && !problem && <p className="hint">Loading…</p>}
        {all !== null && found.length === 0 && <p className="hint">There is none.</p>}
      </div>
    </dialog>
  );
}

const isMeant = ({ annotation, tags = [] }: Emoji, wanted: string): boolean =>
  wanted === "" || [annotation, ...tags].some((word) => word.includes(wanted));

async function loadEmojis(): Promise<readonly Emoji[]> {
  const response = await fetch(dataUrl);
  if (!response.ok) throw new Error(`The emojis were answered with ${response.status}.`);
  return (await response.json()) as readonly Emoji[];
}
