import { useEffect, useRef } from "react";

interface Keys {
  previous(): void;
  next(): void;
  newChat(): void;
  list(): void;
  shortcuts(): void;
}

/** The page's shortcuts. Those of one letter hold only where nothing is written. */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const act = actFor(event);
      if (act === null) return;
      event.preventDefault();
      latest.current[act]();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}

function actFor(event: KeyboardEvent): keyof Keys | null {
  // A dialog has its own keys.
  if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return null;
  if (event.altKey && event.key === "ArrowUp") return "previous";
  if (event.altKey && event.key === "ArrowDown") return "next";
  if (event.key === "Escape") return "list";
  const isWriting = event.target instanceof Element && event.target.matches("input, textarea");
  if (isWriting || event.altKey || event.ctrlKey || event.metaKey) return null;
  if (event.key === "n") return "newChat";
  return event.key === "?" ? "shortcuts" : null;
}
