import { createContext, useCallback, useContext, useState } from "react";
import type { ReactNode } from "react";

const Context = createContext<(text: string) => void>(() => undefined);

/** Says something to those who hear the page. */
export const useAnnounce = (): ((text: string) => void) => useContext(Context);

/** The page's one live region: several would talk over each other. */
export function Announcer({ children }: { readonly children: ReactNode }) {
  const [said, setSaid] = useState({ text: "", times: 0 });
  const say = useCallback((text: string) => setSaid(({ times }) => ({ text, times: times + 1 })), []);
  return (
    <Context.Provider value={say}>
      {children}
      <div className="unseen" role="status" aria-live="polite">
        {/* The same words twice are two announcements. */}
        <span key={said.times}>{said.text}</span>
      </div>
    </Context.Provider>
  );
}
