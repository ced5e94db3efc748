import { useTyping } from "@parley/client/react";

/** Keeps its height: the list above does not jump. */
export function TypingLine({ id }: { readonly id: string }) {
  const users = useTyping(id);
  return (
    <p className="typing" dir="auto">
      {users.length > 0 && `${users.map(({ displayName }) => displayName).join(", ")} is typing…`}
    </p>
  );
}
