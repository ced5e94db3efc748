import type { ErrorCode } from "../../../lambdas/protocol/codes.ts";
import type { HttpAnswers } from "../../../lambdas/protocol/http-answers.ts";
import type { HttpRoute } from "../../../lambdas/protocol/routes.ts";
import { ChatError, lost } from "../chat-error.ts";
import { within } from "../environment.ts";
import type { Environment } from "../environment.ts";
import type { Tokens } from "./tokens.ts";

const ANSWER_MS = 15_000;

export interface HttpRequest {
  readonly path?: Readonly<Record<string, string>>;
  /** Percent-encoded by this; values that are lists are joined by commas. */
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | null>>;
  readonly body?: unknown;
}

interface Answer {
  readonly response: Response;
  readonly body: unknown;
}

/** The HTTP API. A token that is refused is renewed once. */
export class Http {
  readonly #environment: Environment;
  readonly #tokens: Tokens;

  constructor(environment: Environment, tokens: Tokens) {
    this.#environment = environment;
    this.#tokens = tokens;
  }

  /** @throws ChatError with the server's code, or `NETWORK` */
  async call<R extends HttpRoute>(route: R, request: HttpRequest = {}): Promise<HttpAnswers[R]> {
    const token = await this.#tokens.get();
    const first = await this.#try(route, request, token.text);
    if (first.response.status !== 401) return this.#answerOf(first);
    return this.#answerOf(await this.#try(route, request, (await this.#tokens.renew(token)).text));
  }

  async #try(route: HttpRoute, request: HttpRequest, token: string): Promise<Answer> {
    const [method, template] = route.split(" ") as [string, string];
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(request.path?.[name] ?? ""),
    );
    try {
      return await within(ANSWER_MS, async (signal) => {
        const response = await this.#environment.fetch(
          `${this.#environment.httpUrl}${path}${queryOf(request)}`,
          {
            method,
            headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
            signal,
            body: JSON.stringify(request.body),
          },
        );
        // A refusal may come from what stands before the server, as a page or as nothing; an answer may not.
        const body: unknown = await response.json().catch((cause: unknown) => {
          if (response.ok && response.status !== 204) throw cause;
        });
        return { response, body };
      });
    } catch (cause) {
      throw lost("No answer came in time.", cause);
    }
  }

  #answerOf<T>({ response, body }: Answer): T {
    if (response.ok) return body as T;
    const { code, message } = (body ?? {}) as { readonly code?: ErrorCode; readonly message?: string };
    // Seconds or a date; nothing where it is absent.
    const after = response.headers.get("retry-after") ?? "";
    const retryAfterMs = Number(after) * 1000 || Date.parse(after) - this.#environment.now() || null;
    const told = message ?? `The server answered ${response.status}.`;
    throw new ChatError(code ?? codeOf(response.status), told, undefined, retryAfterMs);
  }
}

function queryOf({ query = {} }: HttpRequest): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => {
    if (value === null) return [];
    const text = Array.isArray(value)
      ? (value as string[]).map(encodeURIComponent).join(",")
      : encodeURIComponent(String(value));
    return [`${name}=${text}`];
  });
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

/** The gateway's own answers bear no code. */
const OWN_CODES: Readonly<Record<number, ErrorCode>> = {
  401: "UNAUTHORIZED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  413: "PAYLOAD_TOO_LARGE",
  429: "RATE_LIMITED",
};
const codeOf = (status: number): ErrorCode =>
  OWN_CODES[status] ?? (status >= 500 ? "INTERNAL" : "INVALID_REQUEST");
