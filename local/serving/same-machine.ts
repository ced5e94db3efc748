import type { IncomingMessage } from "node:http";

/** The body of the 403 that others get. */
export const STRANGER = { message: "This answers pages and clients of this machine only." };

const NAMES = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Whether no page from elsewhere can be behind the request. Any page a developer opens may send requests to
 * 127.0.0.1, and a name of its own may resolve there (rebinding): the first shows in `Origin`, the second in
 * `Host`. Clients that are no browser send no Origin.
 */
export function isFromThisMachine({ headers }: Pick<IncomingMessage, "headers">): boolean {
  const { host, origin } = headers;
  return isLocal(`http://${host ?? ""}`) && (origin === undefined || isLocal(origin));
}

const isLocal = (url: string): boolean => URL.canParse(url) && NAMES.has(new URL(url).hostname);
