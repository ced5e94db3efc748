import { createContext, createElement, useContext } from "react";
import type { ReactNode } from "react";
import type { ChatClient } from "../sdk/chat-client.ts";

const Context = createContext<ChatClient | null>(null);

/** Gives the client to everything below. It neither connects it nor closes it: whoever made it does. */
export function ChatProvider(props: { readonly client: ChatClient; readonly children?: ReactNode }) {
  return createElement(Context.Provider, { value: props.client }, props.children);
}

/** The client of the `ChatProvider` above. */
export function useChat(): ChatClient {
  const client = useContext(Context);
  if (!client) throw new Error("There is no <ChatProvider> above this component.");
  return client;
}
