import { useState } from "react";
import type { FormEvent } from "react";
import type { Member, Role } from "@parley/client";
import { useMembers, type useConversation } from "@parley/client/react";
import { PeopleField } from "../finding/people-field.tsx";
import { idsIn, lastIn, withLast } from "./ids-in.ts";

interface MemberListProps {
  readonly id: string;
  readonly userId: string;
  readonly conversation: ReturnType<typeof useConversation>;
  readonly attempt: (act: Promise<unknown>) => void;
}

/** Who is in the group; what one may do about it. */
export function MemberList({ id, userId, conversation, attempt }: MemberListProps) {
  const { details, addMembers, removeMember, setRole } = conversation;
  const { items, hasMore, loading, loadMore } = useMembers(id);
  const [ids, setIds] = useState("");
  const isOwner = details.myRole === "owner";
  const moderates = details.myRole !== "member";
  const mayRemove = (member: Member): boolean =>
    member.id !== userId && (isOwner || (moderates && member.role === "member"));
  const add = (event: FormEvent): void => {
    event.preventDefault();
    if (idsIn(ids).length === 0) return;
    attempt(addMembers(idsIn(ids)).then(() => setIds("")));
  };

  return (
    <>
      <h3>{details.memberCount === 1 ? "One member" : `${details.memberCount} members`}</h3>
      <ul className="members">
        {items.map((member) => (
          <li key={member.id}>
            <span dir="auto">
              {member.displayName}
              {member.id === userId && " (you)"}
            </span>
            {isOwner && member.id !== userId ? (
              <select
                value={member.role}
                onChange={({ target }) => attempt(setRole(member.id, target.value as Role))}
                aria-label={`Role of ${member.displayName}`}
              >
                <option value="owner">owner</option>
                <option value="admin">admin</option>
                <option value="member">member</option>
              </select>
            ) : (
              <span className="role">{member.role}</span>
            )}
            {mayRemove(member) && (
              <button
                onClick={() => attempt(removeMember(member.id))}
                aria-label={`Remove ${member.displayName}`}
              >
                Remove
              </button>
            )}
          </li>
        ))}
      </ul>
      {hasMore && (
        <button disabled={loading} onClick={() => void loadMore()}>
          More members
        </button>
      )}
      {moderates && (
        <form className="dialog-line" onSubmit={add}>
          <PeopleField
            value={ids}
            onType={setIds}
            wanted={lastIn(ids)}
            onChoose={({ id }) => setIds(withLast(ids, id))}
            aria-label="Add by id"
            placeholder="Add by id…"
          />
          <button>Add</button>
        </form>
      )}
    </>
  );
}
