/** What a connection is to its events. Plain data: it outlives the process in the journal. */
export interface ConnectionFacts {
  readonly id: string;
  readonly apiId: string;
  readonly stage: string;
  /** Milliseconds since 1970. */
  readonly connectedAt: number;
  readonly host: string;
  readonly sourceIp: string;
  readonly userAgent?: string;
  /** What the authorizer said, if the API has one. */
  readonly authorizer?: { readonly principalId: string; readonly context: Readonly<Record<string, string>> };
}

export interface CloseReason {
  readonly code: number;
  readonly reason: string;
}

/** A connection that completed `$connect` and whose `$disconnect` has not been dispatched yet. */
export interface Connection {
  readonly facts: ConnectionFacts;
  /** Milliseconds since 1970: the last message either way. */
  lastActiveAt: number;
  /** Why the gateway is closing it; the first reason holds. From then on it is gone to everybody else. */
  closing: CloseReason | null;
  /** Sends a text frame. False where the socket no longer takes one. */
  send(text: string): boolean;
  /** Bytes waiting for a client that does not read. */
  readonly bufferedBytes: () => number;
  /** Starts the closing handshake. */
  close(reason: CloseReason): void;
  /** Ends the TCP connection without a close frame, as a broken network does. */
  cut(): void;
}

export type ConnectionChange =
  | { readonly type: "opened"; readonly connection: ConnectionFacts }
  /** `$disconnect` has been delivered. */
  | { readonly type: "ended"; readonly id: string };

export interface ConnectionRegistry {
  add(connection: Connection): void;
  /** An open connection; undefined for one that is unknown, closing or closed. */
  find(apiId: string, stage: string, id: string): Connection | undefined;
  /** True for the first caller only: whoever gets it owes the `$disconnect`. */
  remove(id: string): boolean;
  /** Tells listeners that nothing more is owed for this connection. */
  settled(id: string): void;
  all(): readonly Connection[];
  /** Those whose `$disconnect` is still to come or on its way: what a crash would lose. */
  snapshot(): readonly ConnectionFacts[];
  /** Returns the function that ends the subscription. */
  onChange(listener: (change: ConnectionChange) => void): () => void;
}

export function createConnectionRegistry(): ConnectionRegistry {
  const live = new Map<string, Connection>();
  const owed = new Map<string, ConnectionFacts>();
  const listeners = new Set<(change: ConnectionChange) => void>();
  const tell = (change: ConnectionChange): void => {
    for (const listener of listeners) listener(change);
  };
  return {
    add(connection) {
      live.set(connection.facts.id, connection);
      owed.set(connection.facts.id, connection.facts);
      tell({ type: "opened", connection: connection.facts });
    },
    find(apiId, stage, id) {
      const connection = live.get(id);
      if (connection === undefined || connection.closing !== null) return undefined;
      return connection.facts.apiId === apiId && connection.facts.stage === stage ? connection : undefined;
    },
    remove: (id) => live.delete(id),
    settled(id) {
      owed.delete(id);
      tell({ type: "ended", id });
    },
    all: () => [...live.values()],
    snapshot: () => [...owed.values()],
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
