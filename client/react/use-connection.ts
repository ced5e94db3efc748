import type { ConnectionState } from "../sdk/connection/connection.ts";
import { useChat } from "./chat-context.ts";
import { useStore } from "./use-store.ts";

/** How the client stands with the server. */
export const useConnection = (): ConnectionState => useStore(useChat().connection);
