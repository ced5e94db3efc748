import { localToken } from "./local-token.ts";

/** The group that everybody finds who signs in by a name. */
export const LOBBY = "Lobby";

/** Whoever owns it: on the local cloud anybody may speak in anybody's name. */
const HOST = { userId: "lobby-host", displayName: "Lobby host" };

/** Puts a user into the one group of this local cloud, made by whoever asks first. @returns its id */
export async function joinLobby(httpUrl: string, userId: string): Promise<string> {
  const authorization = `Bearer ${await localToken(httpUrl, HOST)}`;
  const ask = async (path: string, body: unknown): Promise<unknown> => {
    const response = await fetch(new URL(path, httpUrl), {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error((answer as { readonly message: string }).message);
    return answer;
  };
  const group = { kind: "group", title: LOBBY, memberIds: [], clientConversationId: "lobby" };
  const { conversation } = (await ask("/api/conversations", group)) as {
    readonly conversation: { readonly id: string };
  };
  // The host stays when all have left, and is not to be added.
  if (userId !== HOST.userId)
    await ask(`/api/conversations/${encodeURIComponent(conversation.id)}/members`, { userIds: [userId] });
  return conversation.id;
}
