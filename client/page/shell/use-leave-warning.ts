import { useEffect } from "react";
import { hasUnstoredDraft } from "../composer/drafts.ts";

/** The browser asks before the page is left, while something in it would be lost. */
export function useLeaveWarning(isWaitingUnstored: boolean): void {
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => {
      if (isWaitingUnstored || hasUnstoredDraft()) event.preventDefault();
    };
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isWaitingUnstored]);
}
