import { useEffect, useRef } from "react";
import type { ChatClient, Preview } from "@parley/client";
import { useChat } from "@parley/client/react";
import { holdLock, isHeld } from "./locks.ts";

interface Facts {
  readonly userId: string;
  readonly isOn: boolean;
  readonly onOpen: (conversationId: string) => void;
}

const LONGEST = 200;

/** Tells of messages that come while no tab of the user is seen: one of the tabs does, each message once. */
export function useNotifications({ userId, isOn, onOpen }: Facts): void {
  const chat = useChat();
  const open = useRef(onOpen);
  open.current = onOpen;
  useEffect(() => {
    if (!isOn) return;
    const end = new AbortController();
    const seen = `parley-seen/${userId}`;
    holdWhileVisible(seen, end.signal);
    const shown = new Set<Notification>();
    const clear = (): void => {
      if (document.visibilityState !== "visible") return;
      for (const notification of shown) notification.close();
      shown.clear();
    };
    document.addEventListener("visibilitychange", clear, end);
    const tell = async (message: Preview): Promise<void> => {
      if (isMuted(chat, message.conversationId, userId, message) || (await isHeld(seen))) return;
      const notification = new Notification(message.sender.displayName, {
        body: message.content.slice(0, LONGEST),
        tag: message.id,
        icon: "./icon.svg",
        dir: "auto",
      });
      shown.add(notification);
      notification.onclick = () => {
        notification.close();
        window.focus();
        open.current(message.conversationId);
      };
    };
    const listen = (): (() => void) => onForeignMessage(chat, userId, (message) => void tell(message));
    void holdLock(`parley-notifier/${userId}`, "exclusive", end.signal, listen);
    return () => end.abort();
  }, [chat, userId, isOn]);
}

/** What is muted is quiet, but for what mentions one. */
function isMuted(chat: ChatClient, conversationId: string, userId: string, { mentions }: Preview): boolean {
  const { mutedUntil } = chat.conversation(conversationId).details.get();
  return mutedUntil !== null && Date.parse(mutedUntil) > Date.now() && !mentions.includes(userId);
}

/** Those of a conversation that is open come by one event, of the others by another, some by both. */
function onForeignMessage(chat: ChatClient, userId: string, take: (message: Preview) => void): () => void {
  const told = new Map<string, number>();
  const heard = (message: Preview | null): void => {
    if (!message || message.sender.id === userId) return;
    const { conversationId, seq } = message;
    if (seq <= (told.get(conversationId) ?? 0)) return;
    told.set(conversationId, seq);
    take(message);
  };
  const stops = [
    chat.on("new_message", ({ message }) => heard({ ...message, truncated: false })),
    chat.on("conversation_updated", ({ lastMessage }) => heard(lastMessage)),
  ];
  return () => stops.forEach((stop) => stop());
}

/** While a tab is seen none of the others tells of anything. */
function holdWhileVisible(name: string, signal: AbortSignal): void {
  let hidden = new AbortController();
  const follow = (): void => {
    hidden.abort();
    hidden = new AbortController();
    if (document.visibilityState !== "visible") return;
    void holdLock(name, "shared", AbortSignal.any([hidden.signal, signal]));
  };
  document.addEventListener("visibilitychange", follow, { signal });
  follow();
}
