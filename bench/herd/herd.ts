import WebSocket from "ws";
import { createChatClient, memoryStorage } from "../../client/index.ts";
import type { ChatClient } from "../../client/index.ts";
import { now, pause } from "./slow-time.ts";

/** When it did what, in milliseconds of the bench's clock. */
interface Deeds {
  readonly tries: number[];
  readonly requests: number[];
  readonly lists: number[];
  readonly tokens: number[];
}

/** New clients a second at the beginning: what is measured comes later. */
const JOINING = 100;

/** Many real clients with a conversation open each. */
export class Herd {
  deeds: Deeds = noDeeds();
  readonly #clients: ChatClient[] = [];

  async gather(port: number, count: number): Promise<void> {
    const began = now();
    for (let index = 0; index < count; index += 1) {
      await pause(began + (index * 1000) / JOINING - now());
      const client = this.#client(port, index);
      this.#clients.push(client);
      client.connect().catch(() => undefined);
      client.conversation("c").open();
    }
    await this.online();
  }

  /** Resolves once all are online. */
  async online(): Promise<void> {
    for (const client of this.#clients) {
      const isOnline = (): boolean => client.connection.get().state === "online";
      await new Promise<void>((resolve) => {
        const look = (): void => {
          if (!isOnline()) return;
          leave();
          resolve();
        };
        const leave = client.connection.subscribe(look);
        look();
      });
    }
  }

  /** Resolves once none is online any more. */
  async lost(): Promise<void> {
    while (this.#clients.some((client) => client.connection.get().state === "online")) {
      await pause(20);
    }
  }

  forgetDeeds(): void {
    this.deeds = noDeeds();
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
  }

  #client(port: number, index: number): ChatClient {
    const did = (what: keyof Deeds): void => void this.deeds[what].push(now());
    class CountedSocket extends WebSocket {
      constructor(url: string, protocols: string[]) {
        did("tries");
        super(url, protocols);
      }
    }
    return createChatClient({
      httpUrl: `http://127.0.0.1:${port}`,
      wsUrl: `ws://127.0.0.1:${port}`,
      storage: memoryStorage(),
      now,
      WebSocket: CountedSocket,
      fetch: (input, init) => {
        did("requests");
        if (typeof input === "string" && input.includes("/api/conversations?")) did("lists");
        return fetch(input, init);
      },
      getToken: () => {
        did("tokens");
        return tokenOf(`user-${index}`);
      },
    });
  }
}

const noDeeds = (): Deeds => ({ tries: [], requests: [], lists: [], tokens: [] });

/** For an hour, signed by nobody. */
function tokenOf(sub: string): string {
  const iat = Math.floor(Date.now() / 1000);
  const claims = Buffer.from(JSON.stringify({ sub, iat, exp: iat + 3_600 })).toString("base64url");
  return `e30.${claims}.s`;
}
