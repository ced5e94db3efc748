import { useMemo } from "react";
import type { Store } from "@parley/client";
import { useChat, useConversations, useStore } from "@parley/client/react";

/** How many messages of the conversations in the list are on their way to the server. */
export function useWaiting(): number {
  const chat = useChat();
  const { items } = useConversations();
  const count = useMemo((): Store<number> => {
    const stores = items.map(({ id }) => chat.conversation(id).messages);
    return {
      get: () => stores.reduce((sum, store) => sum + pending(store.get().items), 0),
      subscribe: (listener) => {
        const stops = stores.map((store) => store.subscribe(listener));
        return () => stops.forEach((stop) => stop());
      },
    };
  }, [chat, items]);
  return useStore(count);
}

const pending = (items: readonly { readonly state: string }[]): number =>
  items.filter(({ state }) => state === "pending").length;
