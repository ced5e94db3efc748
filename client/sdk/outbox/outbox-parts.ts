import type { Message } from "../../../lambdas/protocol/objects.ts";
import type { Connection } from "../connection/connection.ts";
import type { Environment } from "../environment.ts";
import type { ChatStorage } from "../storage/chat-storage.ts";
import type { TabMessage } from "../tabs.ts";
import type { Loader } from "../loader.ts";
import type { Entry } from "./entry.ts";

/** What the outbox needs of the client. */
export interface OutboxParts {
  readonly environment: Environment;
  readonly storage: ChatStorage;
  readonly connection: Pick<Connection, "whenOnline">;
  readonly onDemand: Loader;
  /** The entries of a conversation have changed. */
  changed(conversationId: string): void;
  /** The server has it, as `message`, or has refused it, or it was taken back. */
  settled(entry: Entry, message?: Message): void;
  /** Tells the other tabs. */
  tell(message: TabMessage): void;
}
