import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A stand-in for an OpenID Connect issuer with a page to sign in on, whose user has signed in there already. */
export interface FakeIssuer {
  readonly url: string;
  /** Who signs in next. */
  userId: string;
  /** What the next visitor of its page is sent back with. */
  refusal: { readonly error: string; readonly description: string } | null;
  /** How long the tokens live that a code is exchanged for; those of a refresh live for hours. */
  lifetimeSeconds: number;
  /** Whether sessions of before may go on. */
  renews: boolean;
  /** What was asked of it: `authorize`, `code`, `refresh`, `revoke`, and the query of each sign-out. */
  readonly asked: string[];
  stop(): Promise<void>;
}

/** `sign` makes tokens that the APIs take. */
export async function startFakeIssuer(
  sign: (userId: string, lifetimeSeconds: number) => Promise<string>,
): Promise<FakeIssuer> {
  const codes = new Map<string, { readonly challenge: string; readonly userId: string }>();
  const sessions = new Map<string, string>();

  const authorize = (url: URL, response: ServerResponse): void => {
    issuer.asked.push("authorize");
    const { redirect_uri: back = "", state = "", code_challenge: challenge = "", ...rest } = fieldsOf(url);
    const to = new URL(back);
    to.searchParams.set("state", state);
    if (issuer.refusal) {
      to.searchParams.set("error", issuer.refusal.error);
      to.searchParams.set("error_description", issuer.refusal.description);
    } else if (rest["response_type"] === "code" && rest["code_challenge_method"] === "S256") {
      const code = randomUUID();
      codes.set(code, { challenge, userId: issuer.userId });
      to.searchParams.set("code", code);
    }
    response.writeHead(302, { location: to.href }).end();
  };

  const token = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const form = new URLSearchParams(await text(request));
    const known = codes.get(form.get("code") ?? "");
    const verified = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    const isCode = form.get("grant_type") === "authorization_code";
    codes.delete(form.get("code") ?? "");
    const userId = isCode
      ? known?.challenge === verified && known.userId
      : issuer.renews && sessions.get(form.get("refresh_token") ?? "");
    issuer.asked.push(isCode ? "code" : "refresh");
    if (!userId) return answer(response, 400, { error: "invalid_grant" });
    const lifetime = isCode ? issuer.lifetimeSeconds : 3600;
    const refreshToken = randomUUID();
    sessions.set(refreshToken, userId);
    const signed = await sign(userId, lifetime);
    answer(response, 200, {
      token_type: "Bearer",
      expires_in: lifetime,
      id_token: signed,
      access_token: signed,
      refresh_token: refreshToken,
    });
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", issuer.url);
    if (request.method === "OPTIONS") return answer(response, 204, null);
    switch (url.pathname) {
      case "/.well-known/openid-configuration":
        return answer(response, 200, {
          issuer: issuer.url,
          authorization_endpoint: `${issuer.url}/authorize`,
          token_endpoint: `${issuer.url}/token`,
          revocation_endpoint: `${issuer.url}/revoke`,
          end_session_endpoint: `${issuer.url}/end-session`,
        });
      case "/authorize":
        return authorize(url, response);
      case "/token":
        return token(request, response);
      case "/revoke":
        issuer.asked.push("revoke");
        return answer(response, 200, {});
      case "/end-session":
      case "/logout": {
        issuer.asked.push(`${url.pathname} ${[...url.searchParams.keys()].join(" ")}`);
        const { post_logout_redirect_uri: standard, logout_uri: cognito } = fieldsOf(url);
        response.writeHead(302, { location: standard ?? cognito ?? "/" }).end();
        return;
      }
      default:
        return answer(response, 404, {});
    }
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((cause: unknown) => answer(response, 500, { cause: String(cause) }));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const issuer: FakeIssuer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    userId: "",
    refusal: null,
    lifetimeSeconds: 3600,
    renews: true,
    asked: [],
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
  return issuer;
}

const fieldsOf = (url: URL): Record<string, string> => Object.fromEntries(url.searchParams);

function answer(response: ServerResponse, status: number, body: unknown): void {
  response
    .writeHead(status, {
      "content-type": "application/json",
      "access-control-allow-origin": "*",
      "access-control-allow-headers": "*",
    })
    .end(body === null ? undefined : JSON.stringify(body));
}
