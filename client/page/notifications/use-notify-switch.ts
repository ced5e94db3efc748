import { useEffect, useState } from "react";

export interface NotifySwitch {
  /** `absent`: this browser has none, or not on a page without TLS. */
  readonly state: "absent" | "blocked" | "off" | "on";
  readonly toggle: () => Promise<void>;
}

const KEY = "parley-notify";

/** Whether this browser's user wants notifications: asked for by a click, the same in all tabs. */
export function useNotifySwitch(): NotifySwitch {
  const [state, setState] = useState(read);
  useEffect(() => {
    const changed = (): void => setState(read());
    addEventListener("storage", changed);
    return () => removeEventListener("storage", changed);
  }, []);
  const toggle = async (): Promise<void> => {
    const isWanted = state !== "on" && (await Notification.requestPermission()) === "granted";
    attempt(() => (isWanted ? localStorage.setItem(KEY, "on") : localStorage.removeItem(KEY)));
    const isBlocked = Notification.permission === "denied";
    setState(isBlocked ? "blocked" : isWanted ? "on" : "off");
  };
  return { state, toggle };
}

function read(): NotifySwitch["state"] {
  if (!("Notification" in globalThis && "locks" in navigator)) return "absent";
  if (Notification.permission === "denied") return "blocked";
  let wanted: string | null = null;
  attempt(() => {
    wanted = localStorage.getItem(KEY);
  });
  return wanted === "on" && Notification.permission === "granted" ? "on" : "off";
}

/** A browser that forbids storing forgets the choice with the page. */
function attempt(run: () => void): void {
  try {
    run();
  } catch {
    // As it was.
  }
}
