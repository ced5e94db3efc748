import type { IncomingMessage, ServerResponse } from "node:http";
import type { CorsModel } from "../assembly/model.ts";
import type { LocalIssuer } from "../identity/issuer.ts";
import { claimsForTokenRequest, type TokenParties } from "../identity/token-request.ts";
import type { CompiledModel } from "./compile-model.ts";
import { isPreflight, preflightHeaders, responseHeaders } from "./http/cors.ts";
import { answerJson, readBody } from "../serving/request-body.ts";
import { isFromThisMachine, STRANGER } from "../serving/same-machine.ts";

/** Serves one path under `/_local/`; the outcome is whatever it has written to `res`. */
export type LocalRoute = (req: IncomingMessage, res: ServerResponse) => Promise<void> | void;

/** Keyed by `METHOD /_local/path`. */
export type LocalRoutes = Readonly<Record<string, LocalRoute>>;

const TOKEN_REQUEST_BYTES = 64 * 1024;
const NO_AUTHORIZER: TokenParties = { issuer: "https://issuer.localhost", audience: "local" };

export function isLocalPath(url: string): boolean {
  return /^\/_local(\/|\?|$)/.test(url);
}

/**
 * `POST /_local/token` and what others register. Pages of this machine may call them as they may call the API;
 * others may not: these routes mint tokens, show the tables and set faults.
 */
export function createLocalRoutes(
  issuer: LocalIssuer,
  compiled: () => CompiledModel,
  others: LocalRoutes,
): LocalRoute {
  const routes = new Map<string, LocalRoute>([
    ["POST /_local/token", (req, res) => issueToken(req, res, issuer, tokenParties(compiled()))],
    ...Object.entries(others),
  ]);
  return async (req, res) => {
    if (!isFromThisMachine(req)) {
      answerJson(res, 403, STRANGER);
      return;
    }
    const cors = compiled().httpApi?.cors;
    if (cors !== undefined && answeredAsPreflight(req, res, cors)) return;
    const [path = ""] = (req.url ?? "").split("?", 1);
    // Tools that wait for a server ask by HEAD; Node leaves the body out.
    const method = req.method === "HEAD" ? "GET" : (req.method ?? "");
    const route = routes.get(`${method} ${path}`);
    if (route === undefined) answerJson(res, 404, { message: "There is no such local route." });
    else await route(req, res);
  };
}

/** Whom a token must come from and be for to pass the API's own authorizer. */
function tokenParties({ httpApi, model }: CompiledModel): TokenParties {
  for (const route of httpApi?.routes ?? []) {
    const audience = route.authorizer?.audiences[0];
    if (route.authorizer !== undefined && audience !== undefined) {
      return { issuer: route.authorizer.issuer, audience };
    }
  }
  for (const { authorizer } of model.restApis.flatMap(({ methods }) => methods)) {
    if (authorizer?.type !== "cognito") continue;
    const [issuer] = authorizer.issuers;
    const [audience] = authorizer.audiences;
    if (issuer !== undefined && audience !== undefined) return { issuer, audience };
  }
  return NO_AUTHORIZER;
}

function answeredAsPreflight(req: IncomingMessage, res: ServerResponse, cors: CorsModel): boolean {
  const preflight = isPreflight(req);
  const make = preflight ? preflightHeaders : responseHeaders;
  for (const [name, value] of make(cors, req.headers.origin)) res.setHeader(name, value);
  if (preflight) res.writeHead(204).end();
  return preflight;
}

async function issueToken(
  req: IncomingMessage,
  res: ServerResponse,
  issuer: LocalIssuer,
  parties: TokenParties,
): Promise<void> {
  const body = await readBody(req, TOKEN_REQUEST_BYTES);
  if (body.type === "aborted") return;
  if (body.type === "too-large") {
    answerJson(res, 413, { message: "The body is larger than 64 KB." });
    return;
  }
  const result = claimsForTokenRequest(parseJson(body.body), parties, Date.now());
  if (result.type === "invalid") answerJson(res, 400, { message: result.message });
  else answerJson(res, 200, { token: issuer.sign(result.claims) });
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}
