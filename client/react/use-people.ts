import { useMemo, useSyncExternalStore } from "react";
import type { Presence } from "../../lambdas/protocol/objects.ts";
import type { Store } from "../sdk/store.ts";
import { useChat } from "./chat-context.ts";

const NOBODY: ReadonlyMap<string, Presence> = new Map();

/** Who of these people is there; who is missing in the map discloses it to others only. */
export function usePresence(userIds: readonly string[]): ReadonlyMap<string, Presence> {
  const chat = useChat();
  const key = JSON.stringify(userIds);
  const [subscribe, get] = useMemo(() => {
    let store: Store<ReadonlyMap<string, Presence>> | undefined;
    const watched = () => (store ??= chat.presence(JSON.parse(key) as string[]));
    return [(listener: () => void) => watched().subscribe(listener), () => watched().get()] as const;
  }, [chat, key]);
  // Watching asks: a page that is drawn on a server asks nobody.
  return useSyncExternalStore(subscribe, get, () => NOBODY);
}
