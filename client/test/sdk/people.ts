import WebSocket from "ws";
import { createChatClient, memoryStorage } from "../../index.ts";
import type { ChatClient, ChatClientOptions } from "../../index.ts";
import type { Endpoints } from "../../../test/support/person.ts";
import { request, tokenFor } from "../../../test/support/person.ts";

export interface PersonOptions extends Partial<ChatClientOptions> {
  readonly expiresInSeconds?: number;
  /** Called for each token that is asked for. */
  readonly counted?: () => void;
}

/** Clients of people nobody else is, on a local cloud; all are closed at the end. */
export class People {
  readonly #cloud: Endpoints;
  readonly #clients: ChatClient[] = [];
  readonly #run = Math.random().toString(36).slice(2, 10);

  constructor(cloud: Endpoints) {
    this.#cloud = cloud;
  }

  /** The id that the person of this name has in this test. */
  id(name: string): string {
    return `${name}-${this.#run}`;
  }

  /** A client that is not connected yet. */
  client(name: string, options: PersonOptions = {}): ChatClient {
    const { expiresInSeconds, counted, ...others } = options;
    const client = createChatClient({
      ...this.#cloud,
      WebSocket: WebSocket,
      storage: memoryStorage(),
      getToken: () => {
        counted?.();
        return tokenFor(this.#cloud, {
          userId: this.id(name),
          displayName: name,
          ...(expiresInSeconds === undefined ? {} : { expiresInSeconds }),
        });
      },
      ...others,
    });
    this.#clients.push(client);
    return client;
  }

  async online(name: string, options: PersonOptions = {}): Promise<ChatClient> {
    const client = this.client(name, options);
    await client.connect();
    return client;
  }

  /** What the server answers this person, by nobody's client. */
  async get<T>(name: string, path: string): Promise<T> {
    const token = await tokenFor(this.#cloud, { userId: this.id(name), displayName: name });
    const { status, body, text } = await request<T>(this.#cloud, path, { method: "GET", token });
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
    return body;
  }

  async leave(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
  }
}
