import type { NotifySwitch } from "./use-notify-switch.ts";

const MEANING = {
  on: "Notifications are on",
  off: "Notify me of new messages",
  blocked: "Notifications are blocked in this browser’s settings",
} as const;

/** Nobody is asked for a permission before they press it. */
export function NotifyButton({ state, toggle }: NotifySwitch) {
  if (state === "absent") return null;
  return (
    <button
      className="icon"
      aria-pressed={state === "on"}
      aria-label={MEANING[state]}
      title={MEANING[state]}
      disabled={state === "blocked"}
      onClick={() => void toggle()}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M12 3a6 6 0 0 0-6 6v4l-2 4h16l-2-4V9a6 6 0 0 0-6-6Zm-2 16a2 2 0 0 0 4 0" />
        {state !== "on" && <path d="M4 3l17 18" />}
      </svg>
    </button>
  );
}
