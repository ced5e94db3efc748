import { useEffect, useState } from "react";
import { useChat } from "@parley/client/react";

interface BlockButtonProps {
  readonly userId: string;
  readonly attempt: (act: Promise<unknown>) => void;
}

/** Blocks the other one of a conversation, or ends that. */
export function BlockButton({ userId, attempt }: BlockButtonProps) {
  const chat = useChat();
  const [isBlocked, setBlocked] = useState<boolean | null>(null);
  useEffect(() => {
    let isShown = true;
    // Without an answer nobody knows which of the two is to be offered.
    chat.blocks().then(
      (users) => isShown && setBlocked(users.some(({ id }) => id === userId)),
      () => undefined,
    );
    return () => {
      isShown = false;
    };
  }, [chat, userId]);
  const act = (): Promise<void> => (isBlocked === true ? chat.unblock(userId) : chat.block(userId));
  return (
    <button
      aria-pressed={isBlocked === true}
      disabled={isBlocked === null}
      onClick={() => attempt(act().then(() => setBlocked(!isBlocked)))}
    >
      Block
    </button>
  );
}
