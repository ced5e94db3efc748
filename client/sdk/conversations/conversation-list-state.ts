import type { Conversation } from "../../../lambdas/protocol/objects.ts";
import type { ListState } from "../store.ts";

/** The list as it is shown: as many as were loaded, latest first. */
export type ConversationListState = ListState<Conversation>;
