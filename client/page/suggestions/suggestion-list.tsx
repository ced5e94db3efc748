import { useEffect, useRef } from "react";
import type { User } from "@parley/client";
import { Avatar } from "../people/avatar.tsx";
import { optionId } from "./use-suggestions.ts";

interface SuggestionListProps {
  /** What the field names that it controls. */
  readonly id: string;
  readonly label: string;
  readonly users: readonly User[];
  /** Of the one that Enter takes; -1: none. */
  readonly active: number;
  readonly onChoose: (user: User) => void;
}

/** Below or above a field that keeps the focus: people whom what is typed there may mean. */
export function SuggestionList({ id, label, users, active, onChoose }: SuggestionListProps) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <ul ref={list} id={id} className="suggestions" role="listbox" aria-label={label}>
      {users.map((user, index) => (
        <li
          key={user.id}
          id={optionId(id, index)}
          role="option"
          aria-selected={index === active}
          // The field would lose the focus, and with it the place where one writes.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onChoose(user)}
        >
          <Avatar user={user} isOnline={false} />
          <span className="suggested-name" dir="auto">
            {user.displayName}
          </span>
          {user.name !== user.displayName && (
            <span className="suggested-handle" dir="auto">
              @{user.name}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
