import type { Action } from "../../../lambdas/protocol/routes.ts";
import type { AckData, EventsFrame } from "../../../lambdas/protocol/server-frames.ts";
import { lost, toChatError } from "../chat-error.ts";
import type { ChatError } from "../chat-error.ts";
import { backOff, background, defer, insist, pause } from "../environment.ts";
import type { Environment } from "../environment.ts";
import type { Sockets } from "../offered.ts";
import type { Loader } from "../loader.ts";
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
  event(frame: EventsFrame): void;
  /** A socket is open: brings it to where the client is; `isFirst` after a time without one. It serves once this has resolved, or failed. */
  opened(socket: Socket, isFirst: boolean): Promise<void>;
}

/** A socket that is lost sooner has failed. */
const LEAST_MS = 5_000;

/** The one connection of a client, whatever becomes of its sockets. */
export class Connection implements Sockets {
  readonly state: Value<ConnectionState>;
  readonly environment: Environment;
  readonly tokens: Tokens;
  readonly handlers: ConnectionHandlers;
  readonly #onDemand: Loader;
  readonly #stopped = new AbortController();
  #isStarted = false;
  socket: Socket | null = null;
  next: Socket | null = null;
  #serving = new AbortController();
  #awake = new AbortController();
  #refused: Token | null = null;
  #online = defer<void>();

  constructor(environment: Environment, tokens: Tokens, handlers: ConnectionHandlers, onDemand: Loader) {
    this.environment = environment;
    this.tokens = tokens;
    this.handlers = handlers;
    this.#onDemand = onDemand;
    this.state = new Value<ConnectionState>({ state: "idle", since: environment.now() });
  }

  /** Resolves once it is online for the first time; goes on trying until `stop`. */
  start(): Promise<void> {
    const { signal } = this.#stopped;
    if (!this.#isStarted && !signal.aborted) {
      this.#isStarted = true;
      const environment = this.environment;
      background(
        onWakeUp(environment.now, () => this.#wake(), signal),
        environment,
      );
      background(this.#run(signal), environment);
    }
    return this.#online.promise;
  }

  stop(): void {
    if (this.#stopped.signal.aborted) return;
    this.#stopped.abort();
    this.#serving.abort();
    this.socket = this.next = null;
    const closed = lost("The client was closed.");
    this.#online.reject(closed);
    this.#online = defer();
    this.#online.reject(closed);
    this.#move("closed");
  }

  /** The open sockets: most often one. */
  get sockets(): readonly Socket[] {
    return [this.socket, this.next].filter((socket) => socket !== null);
  }

  get isOnline(): boolean {
    return this.socket !== null;
  }

  /** Resolves when it is online; rejects once it is closed for good. */
  whenOnline(): Promise<void> {
    return this.#online.promise;
  }

  /** @throws ChatError `NETWORK` while there is no socket */
  ask<A extends Action>(action: A, fields: Readonly<Record<string, unknown>>): Promise<AckData[A]> {
    const socket = this.socket;
    if (socket) return socket.ask(action, fields);
    return Promise.reject(lost());
  }

  say(action: Action, fields: Readonly<Record<string, unknown>>): void {
    for (const socket of this.sockets) socket.say(action, fields);
  }

  async #run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      this.#move("connecting");
      let reason = lost();
      try {
        const socket = await this.#open(failures);
        await this.#serve(socket);
        // A server that takes everybody in and falls again, or says nothing, is not to be run down.
        if (socket.isProven === false) failures += 1;
        else failures = socket.openedAt + LEAST_MS > this.environment.now() ? 1 : 0;
      } catch (cause) {
        failures += 1;
        reason = toChatError(cause);
        this.environment.logger.debug("failed", { cause });
      }
      if (signal.aborted) return;
      this.#move("offline", reason);
      await this.pause(backOff(failures, this.environment.random), signal);
    }
  }

  /** A browser does not tell why a socket was refused: after a second failure the token is in doubt. */
  async #open(failures: number): Promise<Socket> {
    const inDoubt = this.#refused !== null || (failures > 0 && failures % 2 === 0);
    const token = inDoubt ? await this.tokens.renew(this.#refused) : await this.tokens.get();
    this.#refused = null;
    return this.openWith(token);
  }

  openWith(token: Token): Promise<Socket> {
    const handlers = {
      ...this.handlers,
      closed: (socket: Socket) => this.#lost(socket),
      refused: () => {
        this.#refused = token;
      },
    };
    return Socket.open(this.environment, token, handlers, this.#stopped.signal);
  }

  /** Until the last socket is lost; before one would end by itself, another has taken its place. */
  async #serve(socket: Socket): Promise<void> {
    if (!socket.isOpen) return;
    const environment = this.environment;
    const { signal } = (this.#serving = new AbortController());
    const lost = new Promise((resolve) => signal.addEventListener("abort", resolve));
    this.socket = socket;
    this.#move("online");
    this.#online.resolve();
    background(this.handlers.opened(socket, true), environment);
    // A server ends every socket sometime, and sooner one that says nothing: without it there is a gap until the next
    // one is open.
    const loaded = insist(() => this.#onDemand.load(), environment, signal);
    background(
      loaded.then((onDemand) => onDemand.keepAlive(this, signal)),
      environment,
    );
    await lost;
  }

  /** Whoever the sockets are of is not who the client is any more: others are opened. */
  drop(): void {
    for (const socket of this.sockets) {
      socket.close();
      this.#lost(socket);
    }
  }

  #lost(socket: Socket): void {
    if (socket === this.next) this.next = null;
    if (socket !== this.socket) return;
    // One that was about to replace it does so now.
    this.socket = this.next;
    this.next = null;
    if (this.socket) return;
    this.#online = defer();
    this.#serving.abort();
  }

  /** After sleep, or when the network or the page has come back: not a moment is waited. */
  #wake(): void {
    this.#awake.abort();
    this.socket?.ping();
  }

  async pause(ms: number, signal: AbortSignal): Promise<void> {
    const awake = (this.#awake = new AbortController());
    await pause(ms, signal, awake.signal);
  }

  #move(state: ConnectionState["state"], reason?: ChatError): void {
    const since = this.environment.now();
    this.state.set(reason ? { state, since, reason } : { state, since });
  }
}
