/** React hooks over the client's stores: see ../README.md. */
export { ChatProvider, useChat } from "./chat-context.ts";
export { useConnection } from "./use-connection.ts";
export { useConversation, useMembers, useMessages, useTyping } from "./use-conversation.ts";
export { useArchived, useConversations } from "./use-conversations.ts";
export { usePresence } from "./use-people.ts";
export { useStore } from "./use-store.ts";
