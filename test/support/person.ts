import { Device, type ConnectOptions } from "./device.ts";
import { tokenByCommand } from "./token-command.ts";
import type { Profile, TokenOptions } from "./token-options.ts";

export type { Profile };

/** Where a running Parley is reached. */
export interface Endpoints {
  readonly httpUrl: string;
  readonly wsUrl: string;
  /** Prints a user's token; default: the local cloud's own issuer is asked. */
  readonly tokenCommand?: string;
}

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed; undefined where the body is not JSON. */
  readonly body: T;
  readonly text: string;
}

export interface RequestOptions {
  readonly method: string;
  readonly token?: string | null;
  /** Objects go as JSON, strings as they are. */
  readonly body?: unknown;
}

/** Where a deployment's issuer gives none of the kind, the test is skipped. */
export async function tokenFor(cloud: Endpoints, options: TokenOptions): Promise<string> {
  if (cloud.tokenCommand !== undefined) return tokenByCommand(cloud.tokenCommand, options);
  const answer = await request<{ token: string }>(cloud, "/_local/token", { method: "POST", body: options });
  if (answer.status !== 200)
    throw new Error(`No token for ${options.userId}: ${answer.status} ${answer.text}`);
  return answer.body.token;
}

export async function request<T>(
  cloud: Endpoints,
  path: string,
  options: RequestOptions,
): Promise<Answer<T>> {
  const { method, token, body } = options;
  const response = await fetch(`${cloud.httpUrl}${path}`, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  return { status: response.status, headers: response.headers, body: parsed as T, text };
}

/** One user: a token, calls over HTTP and any number of devices. */
export class Person {
  readonly #clients: Device[] = [];

  constructor(
    readonly cloud: Endpoints,
    readonly id: string,
    readonly token: string,
    /** By which the issuer knows them: an issuer may choose ids of its own. */
    readonly login: string = id,
  ) {}

  get<T>(path: string): Promise<Answer<T>> {
    return request<T>(this.cloud, path, { method: "GET", token: this.token });
  }

  post<T>(path: string, body: unknown): Promise<Answer<T>> {
    return request<T>(this.cloud, path, { method: "POST", token: this.token, body });
  }

  /** By the header, unless told otherwise. */
  async connect(options?: ConnectOptions): Promise<Device> {
    const client = await Device.connect(
      this.cloud.wsUrl,
      options ?? { headers: { authorization: `Bearer ${this.token}` } },
    );
    this.#clients.push(client);
    return client;
  }

  /** The same user with another token, say after a change of profile. */
  async again(options: Omit<TokenOptions, "userId"> = {}): Promise<Person> {
    const token = await tokenFor(this.cloud, { userId: this.login, ...options });
    return new Person(this.cloud, this.id, token, this.login);
  }

  /** Closes every device. */
  async leave(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.vanish()));
  }
}
