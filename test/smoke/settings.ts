import type { Endpoints } from "../support/person.ts";

export type Target = Required<Endpoints>;

/** How the command tells the tests, and the token command, which deployment it is. */
export const environmentOf = ({ httpUrl, wsUrl, tokenCommand }: Target): Record<string, string> => ({
  PARLEY_HTTP_URL: httpUrl,
  PARLEY_WS_URL: wsUrl,
  PARLEY_TOKEN_COMMAND: tokenCommand,
});

export const targetIn = (environment: NodeJS.ProcessEnv): Target => ({
  httpUrl: environment.PARLEY_HTTP_URL ?? "",
  wsUrl: environment.PARLEY_WS_URL ?? "",
  tokenCommand: environment.PARLEY_TOKEN_COMMAND ?? "",
});

/** A sentence where the command line names no deployment. */
export function targetOf(values: {
  readonly "http-url"?: string;
  readonly "ws-url"?: string;
  readonly "token-command"?: string;
}): Target | string {
  const httpUrl = urlIn(values["http-url"], "http");
  const wsUrl = urlIn(values["ws-url"], "ws");
  const tokenCommand = values["token-command"]?.trim();
  if (httpUrl === null) return "--http-url is the HTTP API's address, such as https://….amazonaws.com.";
  if (wsUrl === null) return "--ws-url is the WebSocket API's address with its stage, such as wss://…/prod.";
  if (!tokenCommand) return "--token-command prints a token of the user whom PARLEY_USER names.";
  return { httpUrl, wsUrl, tokenCommand };
}

/** Without a slash at its end, since paths are put after it. */
function urlIn(text: string | undefined, scheme: "http" | "ws"): string | null {
  if (text === undefined || !URL.canParse(text)) return null;
  const { protocol } = new URL(text);
  return protocol === `${scheme}:` || protocol === `${scheme}s:` ? text.replace(/\/+$/, "") : null;
}
