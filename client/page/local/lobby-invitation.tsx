import { useState } from "react";
import { useConnection, useConversations } from "@parley/client/react";
import { joinLobby, LOBBY } from "../../local/lobby.ts";

interface LobbyInvitationProps {
  readonly httpUrl: string;
  readonly userId: string;
  readonly onOpen: (id: string) => void;
}

/** The way into the group of this local cloud, for who is not in it. */
export function LobbyInvitation({ httpUrl, userId, onOpen }: LobbyInvitationProps) {
  const { items, loading } = useConversations();
  const isOnline = useConnection().state === "online";
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const isIn = items.some(({ kind, title }) => kind === "group" && title === LOBBY);
  // Nobody can be added before the server has heard of them.
  if (isIn || !isOnline || (loading && items.length === 0)) return null;
  const join = async (): Promise<void> => {
    setAsking(true);
    setProblem(null);
    try {
      onOpen(await joinLobby(httpUrl, userId));
    } catch (cause) {
      setProblem((cause as Error).message);
    } finally {
      setAsking(false);
    }
  };
  return (
    <div className="invitation">
      <button disabled={isAsking} onClick={() => void join()}>
        Join the {LOBBY}
      </button>
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
