import type { ChatError } from "../chat-error.ts";
import type { ConversationParts } from "../conversations/conversation-parts.ts";
import type { ConversationListState } from "../conversations/conversation-list-state.ts";
import type { OpenConversation } from "../conversations/conversation.ts";
import type { Value } from "../store.ts";

/** What it is given of the first file. */
export interface OnDemandParts extends ConversationParts {
  readonly archived: Value<ConversationListState>;
  conversation(id: string): OpenConversation;
  /** Errors are told apart by their class, which is there once. */
  lost(): ChatError;
}
