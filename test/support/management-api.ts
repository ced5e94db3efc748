import type { ServerFrame } from "../../lambdas/protocol/server-frames.ts";
import { startLocalServer } from "../../local/test/support/local-server.ts";

export interface Posted {
  readonly connectionId: string;
  readonly frame: ServerFrame;
}

/** A management API that delivers nothing and remembers everything. */
export interface FakeManagementApi {
  readonly url: string;
  /** What was posted and accepted, in order of arrival. */
  readonly posted: readonly Posted[];
  /** Which connections were deleted, in order. */
  readonly closed: readonly string[];
  /** Every request: `POST <connectionId>` or `DELETE <connectionId>`, whatever the answer. */
  readonly requests: readonly string[];
  /** From now on requests for this connection are answered so; null: the usual way again. */
  answer(connectionId: string, status: 410 | 429 | 500 | 403 | null): void;
  /** Called as each request arrives. */
  onRequest: (() => void) | null;
  /** Forgets what has arrived and what was scripted. */
  reset(): void;
  stop(): Promise<void>;
}

const ERROR_TYPES = {
  403: "ForbiddenException",
  410: "GoneException",
  429: "LimitExceededException",
  500: "InternalServerErrorException",
} as const;

export async function startManagementApi(): Promise<FakeManagementApi> {
  const posted: Posted[] = [];
  const closed: string[] = [];
  const requests: string[] = [];
  const scripted = new Map<string, keyof typeof ERROR_TYPES>();

  const server = await startLocalServer((request, body, response) => {
    api.onRequest?.();
    const connectionId = decodeURIComponent(/@connections\/([^/?]+)$/.exec(decodeAt(request.url))?.[1] ?? "");
    requests.push(`${request.method} ${connectionId}`);
    const status = scripted.get(connectionId);
    if (status !== undefined) {
      response.writeHead(status, { "x-amzn-errortype": ERROR_TYPES[status] }).end("{}");
    } else if (request.method === "DELETE") {
      closed.push(connectionId);
      response.writeHead(204).end();
    } else {
      posted.push({ connectionId, frame: JSON.parse(body) as ServerFrame });
      response.writeHead(200).end();
    }
  });

  const api: FakeManagementApi = {
    url: `${server.url}/prod`,
    posted,
    closed,
    requests,
    onRequest: null,
    answer(connectionId, status) {
      if (status === null) scripted.delete(connectionId);
      else scripted.set(connectionId, status);
    },
    reset() {
      for (const list of [posted, closed, requests]) list.length = 0;
      scripted.clear();
      api.onRequest = null;
    },
    stop: () => server.close(),
  };
  return api;
}

const decodeAt = (url = ""): string => url.replace("%40connections", "@connections");
