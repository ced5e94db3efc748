import { WebSocket } from "ws";
import { createChatClient, fileStorage, memoryStorage } from "../index.ts";
import type { ChatClient, ChatStorage } from "../index.ts";
import { joinLobby } from "../local/lobby.ts";
import { holdDataFolder } from "./data-folder.ts";
import type { Options } from "./options.ts";
import { getToken, subjectOf, TokenFailure } from "./tokens.ts";

/** When somebody wonders what it does. */
const SLOW_MS = 1_000;

/** A client that connects, and what its user should know of it. */
export interface Chat {
  readonly client: ChatClient;
  readonly userId: string;
  /** Why the last attempt to get a token failed; null: it did not. */
  tokenFailure(): string | null;
  /** Puts its user into the group of the local cloud, and gives its id; null: deployed there is none. */
  readonly joinLobby: (() => Promise<string>) | null;
  close(): Promise<void>;
}

/**
 * Makes the client and begins to connect. @param say tells its user something in a sentence
 * @param signal ends the wait for a token
 * @throws TokenFailure that will not pass by itself
 */
export async function startChat(
  options: Options,
  say: (sentence: string) => void,
  signal: AbortSignal,
): Promise<Chat> {
  let failure: TokenFailure | null = null;
  const ask = async (): Promise<string> => {
    try {
      const token = await getToken(options, signal);
      failure = null;
      return token;
    } catch (cause) {
      if (cause instanceof TokenFailure) failure = cause;
      throw cause;
    }
  };

  let first: string | null = null;
  const slow = setTimeout(() => say("Waiting for a token…"), SLOW_MS);
  try {
    first = await ask();
  } catch (cause) {
    // Offline, and yet known by name: what was kept can be shown, and what is written is kept.
    if (!(cause instanceof TokenFailure && cause.passes && options.tokenSource.type === "local")) throw cause;
    say(cause.message);
  } finally {
    clearTimeout(slow);
  }
  const userId = options.tokenSource.type === "local" ? options.tokenSource.userId : subjectOf(first ?? "")!;
  const { storage, release } = storageFor(options, userId, say);
  const client = createChatClient({
    httpUrl: options.httpUrl,
    wsUrl: options.wsUrl,
    getToken: async () => {
      const token = first ?? (await ask());
      first = null;
      return token;
    },
    storage,
    WebSocket,
  });
  client.connect().catch(() => undefined);
  await restored(client);
  return {
    client,
    userId,
    tokenFailure: () => failure?.message ?? null,
    joinLobby: options.tokenSource.type === "local" ? () => joinLobby(options.httpUrl, userId) : null,
    close: async () => {
      await client.close();
      release();
    },
  };
}

/** What was kept is there once it begins to connect. */
function restored({ connection }: ChatClient): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (connection.get().state === "idle") return;
      stop();
      resolve();
    };
    const stop = connection.subscribe(look);
    look();
  });
}

interface HeldStorage {
  readonly storage: ChatStorage;
  readonly release: () => void;
}

function storageFor(options: Options, userId: string, say: (sentence: string) => void): HeldStorage {
  const inMemory: HeldStorage = { storage: memoryStorage(), release: () => undefined };
  if (options.dataFolder === null) return inMemory;
  const lost = "What is not sent when this ends is lost.";
  try {
    const held = holdDataFolder(options.dataFolder, options.httpUrl, userId);
    if (held.type === "held") return { storage: fileStorage(held.folder), release: held.release };
    say(`Another one runs as ${userId} (process ${held.pid}) and keeps the messages. ${lost}`);
  } catch (cause) {
    say(`Nothing can be kept in ${options.dataFolder}: ${(cause as Error).message}. ${lost}`);
  }
  return inMemory;
}
