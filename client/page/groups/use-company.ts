import { useEffect, useMemo } from "react";
import type { ChatMessage, Conversation } from "@parley/client";
import { useChat, useStore } from "@parley/client/react";
import type { Company } from "../changing/message-acts.ts";

/** Who one is in a conversation, who the others are, and how far they have read. */
export function useCompany(id: string, details: Conversation, userId: string, items: readonly ChatMessage[]) {
  const isGroup = details.kind === "group";
  const { members: store } = useChat().conversation(id);
  const members = useStore(store);
  // Of two there are none to be asked for.
  useEffect(() => {
    if (isGroup && store.get().items.length === 0) void store.loadMore();
  }, [isGroup, store]);
  const other = details.otherParticipant;
  // Those who have gone are known by what they wrote.
  const writers = useMemo(
    () => JSON.stringify([...new Map(items.map(({ sender }) => [sender.id, sender.displayName]))]),
    [items],
  );
  return useMemo((): Company => {
    const names = new Map(JSON.parse(writers) as [string, string][]);
    for (const { id, displayName } of [...members.items, ...(other ? [other] : [])])
      names.set(id, displayName);
    names.set(userId, "you");
    const others = members.items.filter((member) => member.id !== userId);
    return {
      userId,
      isGroup,
      moderates: isGroup && details.myRole !== "member",
      pins: !isGroup || details.myRole !== "member",
      nameOf: (one) => names.get(one) ?? one,
      readersOf: (seq) =>
        others.filter(({ readSeq }) => readSeq >= seq).map(({ displayName }) => displayName),
      othersCount: Math.max(others.length, details.memberCount - 1),
    };
  }, [userId, isGroup, details.myRole, details.memberCount, members.items, other?.displayName, writers]);
}
