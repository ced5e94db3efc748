import { useCallback, useEffect, useMemo, useState } from "react";
import type { ChatMessage, Conversation, User } from "@parley/client";
import { useChat, useStore } from "@parley/client/react";
import type { Company } from "../changing/message-acts.ts";

const NOBODY: readonly User[] = [];

/** Who one is in a conversation, who the others are, and how far they have read. */
export function useCompany(id: string, details: Conversation, userId: string, items: readonly ChatMessage[]) {
  const isGroup = details.kind === "group";
  const { members: store } = useChat().conversation(id);
  const members = useStore(store);
  const [isAsked, setAsked] = useState(false);
  const askForMembers = useCallback(() => setAsked(true), []);
  const { hasMore, loading, error } = members;
  // Of two there are none to be asked for.
  useEffect(() => {
    if (isGroup && store.get().items.length === 0) void store.loadMore();
  }, [isGroup, store]);
  useEffect(() => {
    if (isGroup && isAsked && hasMore && !loading && error === null) void store.loadMore();
  }, [isGroup, isAsked, hasMore, loading, error, store]);
  const me = useStore(useChat().me);
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
    const everybody =
      me && !members.items.some((member) => member.id === userId) ? [...members.items, me] : members.items;
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
      members: everybody,
      mentioned: (ids) => (ids.length === 0 ? NOBODY : everybody.filter(({ id }) => ids.includes(id))),
      isComplete: members.items.length > 0 && !hasMore,
      askForMembers,
    };
  }, [
    userId,
    isGroup,
    details.myRole,
    details.memberCount,
    members.items,
    hasMore,
    me,
    other?.displayName,
    writers,
  ]);
}
