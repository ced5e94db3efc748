import { useEffect } from "react";
import { useAnnounce } from "../announcer/announcer.tsx";

/** Where a conversation would be. `left` names a group that one is no longer in, if that is why. */
export function NoConversation({ left }: { readonly left: string | null }) {
  const announce = useAnnounce();
  const told = left === null ? null : `You are no longer in “${left}”.`;
  useEffect(() => {
    if (told !== null) announce(told);
  }, [announce, told]);
  return (
    <main className="empty">
      {told !== null && <p dir="auto">{told}</p>}
      <p>Choose a conversation, or begin one with somebody’s id.</p>
    </main>
  );
}
