/** The SDK: see README.md. */
export { createChatClient } from "./sdk/client.ts";
export type { ChatClient, ChatClientOptions } from "./sdk/chat-client.ts";
export type { ClientActs } from "./sdk/client-acts.ts";
export { ChatError } from "./sdk/chat-error.ts";
export type { ChatErrorCode } from "./sdk/chat-error.ts";
export type { ConnectionState } from "./sdk/connection/connection.ts";
export type { GetToken } from "./sdk/connection/tokens.ts";
export type {
  ChatMessage,
  ConversationHandle,
  Lookups,
  MessagesState,
  ReactionsFound,
} from "./sdk/conversations/conversation-handle.ts";
export type { ConversationListState } from "./sdk/conversations/conversation-list-state.ts";
export type { Logger, SocketConstructor, SocketLike } from "./sdk/environment.ts";
export type {
  ConversationSettings,
  GroupActs,
  GroupDetails,
  GroupToMake,
  MembersState,
} from "./sdk/groups.ts";
export type { ChatEvents } from "./sdk/events.ts";
export type { MessageEdit } from "./sdk/outbox/change.ts";
export type { MessageToSend } from "./sdk/outbox/entry.ts";
export { memoryStorage } from "./sdk/storage/chat-storage.ts";
export type { ChatStorage } from "./sdk/storage/chat-storage.ts";
export { fileStorage } from "./sdk/storage/file-storage.ts";
export { indexedDbStorage } from "./sdk/storage/indexed-db-storage.ts";
export type { ListState, Store } from "./sdk/store.ts";
export type {
  Conversation,
  Member,
  Message,
  Metadata,
  Presence,
  Preview,
  Reaction,
  ReactionEntry,
  Reply,
  Role,
  User,
} from "../lambdas/protocol/objects.ts";
