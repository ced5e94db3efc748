import { tokenFor, type Endpoints } from "../support/person.ts";
import type { Reply } from "./reply.ts";

const ANSWER_MS = 8_000;
/** How long a token still has to live to be used once more. Clocks may be seconds apart. */
const RENEW_MS = 9_000;

/** A user's way into the HTTP API, with tokens that live for a short time only. */
export class Person {
  /** When the last token given out expires, in milliseconds since the epoch. */
  expiresAt = 0;
  #token = "";

  constructor(
    readonly cloud: Endpoints,
    readonly id: string,
    readonly tokenSeconds: number,
  ) {}

  /** For a socket, which lives no longer than its token: as fresh as can be. */
  async freshToken(): Promise<string> {
    const now = Date.now();
    this.#token = await tokenFor(this.cloud, { userId: this.id, expiresInSeconds: this.tokenSeconds });
    this.expiresAt = now + (this.tokenSeconds + 1) * 1_000;
    return this.#token;
  }

  /** One try. A status of 5xx leaves open what was done. */
  async call<T>(
    method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE",
    path: string,
    body?: unknown,
  ): Promise<Reply<T>> {
    const token = this.expiresAt - Date.now() < RENEW_MS ? await this.freshToken() : this.#token;
    try {
      const response = await fetch(`${this.cloud.httpUrl}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        signal: AbortSignal.timeout(ANSWER_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (response.ok) return { type: "answer", data: (text === "" ? undefined : JSON.parse(text)) as T };
      if (response.status >= 500) return { type: "unknown", because: "gateway error" };
      return { type: "refused", code: codeOf(text, response.status), message: text };
    } catch {
      return { type: "unknown", because: "timeout" };
    }
  }
}

/** The gateway's own refusals bear no code. */
function codeOf(text: string, status: number): string {
  if (status === 401) return "UNAUTHORIZED";
  const { code } = JSON.parse(text) as { readonly code?: string };
  return code ?? String(status);
}
