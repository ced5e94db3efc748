import type { Conversation } from "../../../lambdas/protocol/objects.ts";
import type { ChatError } from "../chat-error.ts";

/** The list as it is shown: as many as were loaded, latest first. */
export interface ConversationListState {
  readonly items: readonly Conversation[];
  readonly hasMore: boolean;
  readonly loading: boolean;
  readonly error: ChatError | null;
}
