import type { Action } from "../../../lambdas/protocol/routes.ts";
import type { AckData, EventFrame } from "../../../lambdas/protocol/server-frames.ts";
import { ChatError, toChatError } from "../chat-error.ts";
import { backOff, defer, pause } from "../environment.ts";
import type { Deferred, Environment } from "../environment.ts";
import { Value } from "../store.ts";
import { Socket } from "./socket.ts";
import type { Token, Tokens } from "./tokens.ts";
import { onWakeUp } from "./wake-up.ts";

/** How the client stands with the server. `since` is in milliseconds since the epoch. */
export interface ConnectionState {
  /** `idle` before `connect`, `closed` after `close`; in between `offline` waits for the next try. */
  readonly state: "idle" | "connecting" | "online" | "offline" | "closed";
  readonly since: number;
  /** Why it is not online. */
  readonly reason?: ChatError;
}

export interface ConnectionHandlers {
  event(frame: EventFrame): void;
  /** A socket is open: brings it to where the client is; `isFirst` after a time without one. It serves once this has resolved, or failed. */
  opened(socket: Socket, isFirst: boolean): Promise<void>;
}

const HEARTBEAT_MS = 4 * 60_000;
/** API Gateway ends every socket after two hours. */
const RENEW_MS = 110 * 60_000;
const RENEW_SPREAD_MS = 5 * 60_000;
/** How long before its token ends a socket is replaced; of a short-lived token its last third. */
const TOKEN_LEAD_MS = 60_000;

/** The one connection of a client, whatever becomes of its sockets. */
export class Connection {
  readonly state: Value<ConnectionState>;
  readonly #environment: Environment;
  readonly #tokens: Tokens;
  readonly #handlers: ConnectionHandlers;
  #socket: Socket | null = null;
  #running: AbortController | null = null;
  #awake = new AbortController();
  #refused: Token | null = null;
  #online = defer<void>();

  constructor(environment: Environment, tokens: Tokens, handlers: ConnectionHandlers) {
    this.#environment = environment;
    this.#tokens = tokens;
    this.#handlers = handlers;
    this.state = new Value<ConnectionState>({ state: "idle", since: environment.now() });
  }

  /** Resolves once it is online for the first time; goes on trying until `stop`. */
  start(): Promise<void> {
    if (!this.#running) {
      const running = (this.#running = new AbortController());
      const asleep = onWakeUp(this.#environment.now, () => this.#wake());
      running.signal.addEventListener("abort", asleep);
      void this.#run(running.signal);
    }
    return this.#online.promise;
  }

  stop(): void {
    this.#running?.abort();
    this.#running = null;
    this.#awake.abort();
    this.#socket?.close();
    this.#socket = null;
    this.#move("closed");
    this.#online.reject(new ChatError("NETWORK", "The client was closed."));
  }

  get isOnline(): boolean {
    return this.#socket?.isOpen === true;
  }

  /** Resolves when it is online; rejects once it is closed for good. */
  whenOnline(): Promise<void> {
    return this.isOnline ? Promise.resolve() : this.#online.promise;
  }

  /** @throws ChatError `NETWORK` while there is no socket */
  ask<A extends Action>(action: A, fields: Readonly<Record<string, unknown>>): Promise<AckData[A]> {
    const socket = this.#socket;
    if (socket) return socket.ask(action, fields);
    return Promise.reject(new ChatError("NETWORK", "There is no connection."));
  }

  say(action: Action, fields: Readonly<Record<string, unknown>>): void {
    this.#socket?.say(action, fields);
  }

  /** The server does not know this socket any more: another is opened. */
  drop(socket: Socket): void {
    socket.close();
    this.#lost(socket);
  }

  async #run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      this.#move("connecting");
      try {
        const socket = await this.#open(failures, signal);
        failures = 0;
        await this.#serve(socket, signal);
        if (signal.aborted) return;
        this.#move("offline", new ChatError("NETWORK", "The connection was lost."));
      } catch (cause) {
        if (signal.aborted) return;
        failures += 1;
        this.#environment.logger.debug("connection failed", { cause });
        this.#move("offline", toChatError(cause));
      }
      this.#awake = new AbortController();
      await pause(backOff(failures, this.#environment.random), AbortSignal.any([signal, this.#awake.signal]));
    }
  }

  /** A browser does not tell why a socket was refused: after a second failure the token is in doubt. */
  async #open(failures: number, signal: AbortSignal): Promise<Socket> {
    const inDoubt = this.#refused !== null || (failures > 0 && failures % 2 === 0);
    const token = inDoubt ? await this.#tokens.renew(this.#refused) : await this.#tokens.get();
    this.#refused = null;
    const socket = await this.#openWith(token);
    if (signal.aborted) socket.close();
    return socket;
  }

  #openWith(token: Token): Promise<Socket> {
    return Socket.open(this.#environment, token, {
      event: (frame) => this.#handlers.event(frame),
      closed: (socket) => this.#lost(socket),
      refused: () => {
        this.#refused = token;
      },
    });
  }

  /** Until the socket is lost; before it would end by itself, another has taken its place. */
  async #serve(socket: Socket, signal: AbortSignal): Promise<void> {
    const lost = (this.#ended = defer<void>());
    signal.addEventListener("abort", () => lost.resolve());
    this.#take(socket);
    void this.#handlers.opened(socket, true).catch((cause: unknown) => {
      this.#environment.logger.debug("opening failed", { cause });
    });
    const serving = new AbortController();
    void this.#beat(serving.signal);
    void this.#replaceInTime(serving.signal);
    await lost.promise;
    serving.abort();
  }

  #ended: Deferred<void> | null = null;

  #take(socket: Socket): void {
    this.#socket = socket;
    this.#move("online");
    this.#online.resolve();
  }

  #lost(socket: Socket): void {
    if (socket !== this.#socket) return;
    this.#socket = null;
    this.#online = defer<void>();
    this.#ended?.resolve();
  }

  async #beat(signal: AbortSignal): Promise<void> {
    for (;;) {
      await pause(HEARTBEAT_MS, signal);
      if (signal.aborted) return;
      await this.#socket?.ping();
    }
  }

  /** The next socket opens, joins and syncs, and only then the old one closes: no event is missed. */
  async #replaceInTime(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const old = this.#socket;
      if (!old) return;
      await pause(this.#msToRenewal(old), signal);
      if (signal.aborted || this.#socket !== old) continue;
      try {
        const next = await this.#openWith(await this.#tokens.renew());
        await this.#handlers.opened(next, false);
        if (signal.aborted || this.#socket !== old || !next.isOpen) next.close();
        else {
          this.#socket = next;
          old.retire();
        }
      } catch (cause) {
        this.#environment.logger.debug("renewal failed", { cause });
        await pause(backOff(0, this.#environment.random), signal);
      }
    }
  }

  #msToRenewal({ token, openedAt }: Socket): number {
    const age = this.#environment.now() - openedAt;
    const byAge = RENEW_MS - age + (2 * this.#environment.random() - 1) * RENEW_SPREAD_MS;
    const lead = Math.min(TOKEN_LEAD_MS, (token.lifetimeMs ?? Infinity) / 3);
    return Math.max(0, Math.min(byAge, this.#tokens.endsIn(token) - lead, 2 ** 31 - 1));
  }

  /** After sleep, or when the network or the page has come back: not a moment is waited. */
  #wake(): void {
    if (this.#socket) void this.#socket.ping();
    else this.#awake.abort();
  }

  #move(state: ConnectionState["state"], reason?: ChatError): void {
    const since = this.#environment.now();
    this.state.set(reason ? { state, since, reason } : { state, since });
  }
}
