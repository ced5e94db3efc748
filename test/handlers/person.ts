import { randomUUID } from "node:crypto";
import { ADMIN_ROUTES } from "../../lambdas/protocol/routes.ts";
import type { ServerFrame } from "../../lambdas/protocol/server-frames.ts";
import { AUDIENCE, ISSUER, type Deployment } from "../support/deployment.ts";
import {
  authorizerEvent,
  connectEvent,
  disconnectEvent,
  httpEvent,
  messageEvent,
  newId,
  type HttpOptions,
  type Socket,
} from "../support/events.ts";
import type { Handlers } from "../support/handlers.ts";

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

export interface ConnectOptions {
  /** How the client presents itself; default: the header `Authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly expiresInSeconds?: number;
}

type Claims = Readonly<Record<string, string>>;

/** Somebody with a token, in front of the handlers. */
export class Person {
  readonly id: string;
  readonly #deployment: Deployment;
  readonly #handlers: () => Omit<Handlers, "postConfirmation">;
  readonly #claims: Claims;
  readonly #tokens = new Map<number, string>();

  constructor(
    deployment: Deployment,
    handlers: () => Omit<Handlers, "postConfirmation">,
    claims: Claims = {},
  ) {
    this.#deployment = deployment;
    this.#handlers = handlers;
    this.id = claims["sub"] ?? randomUUID();
    this.#claims = { ...claims, sub: this.id };
  }

  /** The one a client keeps until it is about to expire. */
  token(expiresInSeconds = 24 * 60 * 60): string {
    const kept = this.#tokens.get(expiresInSeconds) ?? this.#mint(expiresInSeconds);
    this.#tokens.set(expiresInSeconds, kept);
    return kept;
  }

  #mint(expiresInSeconds: number): string {
    const now = Date.now() / 1_000;
    // Of two tokens the later one counts, also within a second.
    const times = { iat: now, exp: Math.floor(now) + expiresInSeconds };
    return this.#deployment.issuer.sign({
      iss: ISSUER,
      aud: AUDIENCE,
      ...times,
      ...this.#claims,
      sub: this.id,
    });
  }

  async http(options: Omit<HttpOptions, "claims">): Promise<HttpAnswer> {
    const event = httpEvent({ ...options, claims: { iss: ISSUER, aud: AUDIENCE, ...this.#claims } });
    const { http, admin } = this.#handlers();
    // As the stack routes them.
    const serve = (ADMIN_ROUTES as readonly string[]).includes(options.route) ? admin : http;
    const { statusCode = 200, headers = {}, body = "" } = await serve(event);
    const isLines = headers["content-type"] === "application/x-ndjson";
    const read = (): unknown => (isLines ? linesIn(body) : JSON.parse(body));
    return { status: statusCode, headers, body: body === "" ? null : read() };
  }

  /** Opens a connection the way the gateway does: the authorizer, then `$connect`. */
  async connect(options: ConnectOptions = {}): Promise<Device> {
    const headers = options.headers ?? { Authorization: `Bearer ${this.token(options.expiresInSeconds)}` };
    const connectionId = newId();
    const { principalId, context } = await this.#handlers().authorizer(
      authorizerEvent({ headers, connectionId }),
    );
    const socket = {
      connectionId,
      connectedAt: Date.now(),
      userId: principalId,
      context: Object.fromEntries(
        Object.entries(context ?? {}).map(([name, value]) => [name, String(value)]),
      ),
    };
    const { statusCode } = await this.#handlers().websocket(connectEvent(socket, headers));
    if (statusCode !== 200) throw new Error(`$connect was answered with ${statusCode}.`);
    return new Device(this.#deployment, this.#handlers, socket);
  }

  /** The one conversation with somebody who exists. */
  async conversationWith(other: Person): Promise<string> {
    const route = "POST /api/conversations/find-or-create";
    const { status, body } = await this.http({ route, body: { otherUserId: other.id } });
    if (status !== 200) throw new Error(`find-or-create was answered with ${status}.`);
    return (body as { conversationId: string }).conversationId;
  }
}

/** One open connection of a person. */
export class Device {
  readonly socket: Socket;
  readonly #deployment: Deployment;
  readonly #handlers: () => Pick<Handlers, "websocket">;

  constructor(deployment: Deployment, handlers: () => Pick<Handlers, "websocket">, socket: Socket) {
    this.#deployment = deployment;
    this.#handlers = handlers;
    this.socket = socket;
  }

  /** The same connection in front of other handlers. */
  over(handlers: () => Pick<Handlers, "websocket">): Device {
    return new Device(this.#deployment, handlers, this.socket);
  }

  get id(): string {
    return this.socket.connectionId;
  }

  /** What the route response carries; null where it is empty. */
  async send(frame: Readonly<Record<string, unknown>> | string): Promise<ServerFrame | null> {
    const { body } = await this.#handlers().websocket(messageEvent(this.socket, frame));
    return body === undefined ? null : (JSON.parse(body) as ServerFrame);
  }

  /** The data of the ack; any other answer fails. */
  async act(action: string, fields: Readonly<Record<string, unknown>>): Promise<unknown> {
    const answer = await this.send({ action, id: "1", ...fields });
    if (answer?.type !== "ack") throw new Error(`${action} was answered with ${JSON.stringify(answer)}`);
    return answer.data;
  }

  /** The gateway answers it by itself: no handler is asked. */
  ping(): Promise<void> {
    return Promise.resolve();
  }

  async disconnect(code?: number): Promise<void> {
    await this.#handlers().websocket(disconnectEvent(this.socket, code));
  }

  /** What was pushed to it. */
  get received(): readonly ServerFrame[] {
    return this.#deployment.management.posted
      .filter(({ connectionId }) => connectionId === this.id)
      .map(({ frame }) => frame);
  }
}

const linesIn = (text: string): readonly unknown[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as unknown);
