import { useMemo } from "react";
import type { Presence } from "../../lambdas/protocol/objects.ts";
import { useChat } from "./chat-context.ts";
import { useStore } from "./use-store.ts";

/** Who of these people is there; who is missing in the map discloses it to others only. */
export function usePresence(userIds: readonly string[]): ReadonlyMap<string, Presence> {
  const chat = useChat();
  const key = JSON.stringify(userIds);
  return useStore(useMemo(() => chat.presence(JSON.parse(key) as string[]), [chat, key]));
}
