import type { UserAnswer } from "../../lambdas/protocol/http-answers.ts";
import type { User } from "../../lambdas/protocol/objects.ts";
import type { ConversationHandle } from "./conversations/conversation-handle.ts";
import type { GroupToMake } from "./groups.ts";

/** What only asks the server. Each needs the network, and rejects with a `ChatError` where it is refused. */
export interface ClientActs {
  /** The one conversation with this user, begun if there is none. @throws ChatError `NOT_FOUND`, `NETWORK` … */
  direct(userId: string): Promise<ConversationHandle>;
  /** Makes a group, of which one is the owner. @throws ChatError */
  createGroup(group: GroupToMake): Promise<ConversationHandle>;
  /** null: there is nobody with this id. */
  findUser(userId: string): Promise<UserAnswer | null>;
  /** Those whose handle begins so, as far as the server tells; nearest first. @throws ChatError */
  searchUsers(text: string): Promise<readonly User[]>;
  /** Whom one has blocked. @throws ChatError */
  blocks(): Promise<readonly User[]>;
  /** From then on neither can write the other in their conversation, nor begin one. @throws ChatError */
  block(userId: string): Promise<void>;
  unblock(userId: string): Promise<void>;
}
