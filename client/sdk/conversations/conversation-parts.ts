import type { Connection } from "../connection/connection.ts";
import type { Http } from "../connection/http.ts";
import type { Environment } from "../environment.ts";
import type { Events } from "../events.ts";
import type { Loader } from "../loader.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { People } from "../people.ts";
import type { ChatStorage } from "../storage/chat-storage.ts";
import type { ConversationList } from "./conversation-list.ts";

/** What conversations need of the client. */
export interface ConversationParts {
  readonly environment: Environment;
  readonly connection: Connection;
  readonly http: Http;
  readonly storage: ChatStorage;
  readonly people: People;
  readonly list: ConversationList;
  readonly outbox: Outbox;
  readonly events: Events;
  readonly onDemand: Loader;
  readonly myId: () => string | null;
}
