import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Pool } from "pg";
import { io } from "socket.io-client";
import { POSTGRES_ROLE } from "./postgres.ts";

/** A Socket.IO server in a process of its own. */
export interface SocketIo {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** The acknowledgement of a message. */
export interface Answer {
  readonly message?: { readonly id: string; readonly senderId: string; readonly content: string };
  readonly error?: string;
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS conversations (id text PRIMARY KEY, last_message text, last_message_at timestamptz);
  CREATE TABLE IF NOT EXISTS participants (
    conversation_id text REFERENCES conversations, user_id text, unread int NOT NULL DEFAULT 0,
    last_message_at timestamptz, PRIMARY KEY (conversation_id, user_id)
  );
  CREATE INDEX IF NOT EXISTS by_user ON participants (user_id);
  CREATE TABLE IF NOT EXISTS messages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, conversation_id text NOT NULL REFERENCES conversations,
    sender_id text NOT NULL, content text NOT NULL, created_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX IF NOT EXISTS log ON messages (conversation_id, id);`;

const LIMIT_MS = 15_000;

/** The server's tables, with these conversations and whom they are between. */
export async function seedSocketIo(
  postgresFolder: string,
  conversations: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  await withPostgres(postgresFolder, async (pool) => {
    const ids = [...conversations].flatMap(([id, people]) => people.map(() => id));
    await pool.query(TABLES);
    await pool.query("INSERT INTO conversations (id) SELECT unnest($1::text[])", [[...conversations.keys()]]);
    await pool.query(
      "INSERT INTO participants (conversation_id, user_id) SELECT * FROM unnest($1::text[], $2::text[])",
      [ids, [...conversations.values()].flat()],
    );
  });
}

export async function withPostgres<T>(folder: string, work: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = new Pool({ host: folder, ...POSTGRES_ROLE });
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

/** On the tables in the PostgreSQL whose socket is in the folder; as plain Node runs it. */
export async function startSocketIo(postgresFolder: string): Promise<SocketIo> {
  const child = fork(join(import.meta.dirname, "socketio-server.mjs"), {
    execArgv: [],
    env: {
      PATH: process.env["PATH"],
      PGHOST: postgresFolder,
      PGUSER: POSTGRES_ROLE.user,
      PGDATABASE: POSTGRES_ROLE.database,
    },
  });
  const ended = once(child, "exit");
  const [{ port }] = (await Promise.race([
    once(child, "message"),
    ended.then(([code]) => {
      throw new Error(`The Socket.IO server ended with ${String(code)}.`);
    }),
  ])) as [{ readonly port: number }];
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    stop: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/** One device, over a WebSocket from the start. */
export interface Device {
  /** @throws Error without an answer within 15 seconds */
  send(conversationId: string, content: string): Promise<Answer>;
  stop(): Promise<void>;
}

/** It hears of the messages that others send. */
export async function openDevice(
  url: string,
  userId: string,
  onMessage: (content: string) => void,
): Promise<Device> {
  const options = { transports: ["websocket"], forceNew: true, reconnection: false };
  const socket = io(url, { ...options, auth: { userId } });
  socket.on("message", ({ content }: { readonly content: string }) => onMessage(content));
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", reject);
  });
  return {
    send: (conversationId, content) =>
      socket.timeout(LIMIT_MS).emitWithAck("send", { conversationId, content }) as Promise<Answer>,
    stop: () => {
      socket.disconnect();
      return Promise.resolve();
    },
  };
}
