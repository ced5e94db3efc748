import type { Message } from "../../../lambdas/protocol/objects.ts";
import type { Connection } from "../connection/connection.ts";
import type { Environment } from "../environment.ts";
import type { ChatStorage } from "../storage/chat-storage.ts";
import type { TabMessage } from "../tabs.ts";

/** What the outbox needs of the client. */
export interface OutboxParts {
  readonly environment: Environment;
  readonly storage: ChatStorage;
  readonly connection: Pick<Connection, "ask" | "whenOnline">;
  /** The highest seq known of the conversation; null: nothing is known of it. */
  knownSeq(conversationId: string): number | null;
  myId(): string | null;
  /** The entries of a conversation have changed. */
  changed(conversationId: string): void;
  /** The server has it. */
  sent(message: Message): void;
  /** Tells the other tabs. */
  tell(message: TabMessage): void;
}
