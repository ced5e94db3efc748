import { useEffect, useId, useState } from "react";
import type { KeyboardEvent } from "react";
import type { User } from "@parley/client";
import { useAnnounce } from "../announcer/announcer.tsx";

interface Suggested {
  /** None: there is no list. */
  readonly users: readonly User[];
  /** What they were found for: another one begins at its beginning. */
  readonly wanted: string;
  /** Whether Enter takes the first; else nothing is chosen before an arrow was pressed. */
  readonly takesFirst: boolean;
  readonly onChoose: (user: User) => void;
  /** They are not wanted. */
  readonly onDismiss: () => void;
}

const NONE = -1;

export const optionId = (listId: string, index: number): string => `${listId}-${index}`;

/** A list that is gone through from a field that keeps the focus, by ↑ ↓ Enter Tab Esc. */
export function useSuggestions({ users, wanted, takesFirst, onChoose, onDismiss }: Suggested) {
  const id = useId();
  const announce = useAnnounce();
  const [place, setPlace] = useState<{ readonly wanted: string; readonly index: number } | null>(null);
  const begin = takesFirst ? 0 : NONE;
  const active = Math.min(place?.wanted === wanted ? place.index : begin, users.length - 1);
  const isOpen = users.length > 0;
  useEffect(() => {
    if (users.length > 0) announce(users.length === 1 ? "One suggestion" : `${users.length} suggestions`);
  }, [users.length, announce]);

  /** @returns whether the key was for the list; it means nothing else then */
  const onKeyDown = (event: KeyboardEvent): boolean => {
    if (!isOpen || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return false;
    const step = (index: number): void => setPlace({ wanted, index });
    const chosen = users[active];
    if (event.key === "ArrowDown") step((active + 1) % users.length);
    else if (event.key === "ArrowUp") step(active <= 0 ? users.length - 1 : active - 1);
    else if (event.key === "Escape") onDismiss();
    else if ((event.key === "Enter" || event.key === "Tab") && chosen) onChoose(chosen);
    else return false;
    event.preventDefault();
    return true;
  };
  return {
    isOpen,
    onKeyDown,
    list: { id, users, active, onChoose },
    /** What the field says of the list. */
    field: {
      "aria-autocomplete": "list",
      "aria-haspopup": "listbox",
      "aria-controls": isOpen ? id : undefined,
      "aria-activedescendant": isOpen && active !== NONE ? optionId(id, active) : undefined,
      autoComplete: "off",
    },
  } as const;
}
