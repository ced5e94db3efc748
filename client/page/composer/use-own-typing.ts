import { useEffect, useRef } from "react";

/** Who has not typed for so long does not type. */
const PAUSE_MS = 5_000;

/** Tells the others that one types, and that one has stopped. */
export function useOwnTyping(say: (on: boolean) => void): (on: boolean) => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (on) => {
    clearTimeout(timer.current);
    if (on) timer.current = setTimeout(() => say(false), PAUSE_MS);
    say(on);
  };
}
