import { useEffect, useState } from "react";
import { ChatError } from "@parley/client";
import type { ChatClient, User } from "@parley/client";
import { useChat } from "@parley/client/react";
import { MAX_HANDLE_SEARCHED, MIN_HANDLE_SEARCHED } from "../../../lambdas/protocol/limits.ts";

/** So long one has not typed before the server is asked: it answers few searches a second. */
const PAUSE_MS = 250;

/** Those whose server has no directory: nobody is searched for there, but found by the id. */
const without = new WeakSet<ChatClient>();

const NOBODY: readonly User[] = [];

/** People whose handle begins so, but oneself; none while that is too little to search by. */
export function usePeopleSearch(text: string): readonly User[] {
  const chat = useChat();
  const wanted = text.trim();
  const [found, setFound] = useState<{ readonly wanted: string; readonly users: readonly User[] }>();
  const { length } = [...wanted];
  const isEnough = length >= MIN_HANDLE_SEARCHED && length <= MAX_HANDLE_SEARCHED;
  useEffect(() => {
    if (!isEnough || without.has(chat)) return;
    let isMeant = true;
    const ask = async (): Promise<void> => {
      try {
        const users = await chat.searchUsers(wanted);
        const others = users.filter(({ id }) => id !== chat.me.get()?.id);
        if (isMeant) setFound({ wanted, users: others });
      } catch (cause) {
        // Whatever else is wrong, one is still found by the id.
        if (cause instanceof ChatError && cause.code === "NOT_FOUND") without.add(chat);
        if (isMeant) setFound(undefined);
      }
    };
    const timer = setTimeout(() => void ask(), PAUSE_MS);
    return () => {
      isMeant = false;
      clearTimeout(timer);
    };
  }, [chat, wanted, isEnough]);
  return isEnough && found?.wanted === wanted ? found.users : NOBODY;
}
