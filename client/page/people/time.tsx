import { useSyncExternalStore } from "react";
import { exactTime, relativeTime } from "./times.ts";

const MINUTE_MS = 60_000;

/** How long ago, in the reader's language; exactly when pointed at. */
export function Time({ at }: { readonly at: string }) {
  const now = useSyncExternalStore(everyMinute, thisMinute);
  return (
    <time dateTime={at} title={exactTime(at)}>
      {relativeTime(Date.parse(at), now)}
    </time>
  );
}

const thisMinute = (): number => Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;

function everyMinute(changed: () => void): () => void {
  const timer = setInterval(changed, MINUTE_MS / 4);
  return () => clearInterval(timer);
}
