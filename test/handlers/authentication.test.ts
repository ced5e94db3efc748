import { describe, expect, it } from "vitest";
import { createUserStore } from "../../lambdas/store/users.ts";
import { openLocalIssuer } from "../../local/identity/issuer.ts";
import { AUDIENCE, ISSUER, ORIGIN } from "../support/deployment.ts";
import { coldStart, deployment, handlers, person } from "./entry-points.ts";
import { authorizerEvent, connectEvent, httpEvent, newId, postConfirmationEvent } from "../support/events.ts";

const stored = (userId: string) => createUserStore(deployment.table).get(userId, "strong");
const authorize = (headers: Record<string, string>) => handlers.authorizer(authorizerEvent({ headers }));

describe("the authorizer of $connect", () => {
  it("takes the token from the header or from the subprotocols", async () => {
    const alice = person({ sub: "auth0|alice#%😀" });
    const token = alice.token();
    for (const headers of [
      { Authorization: `Bearer ${token}` },
      { authorization: `bearer ${token}` },
      { "Sec-WebSocket-Protocol": `chat.v1, ${token}` },
      { "sec-websocket-protocol": `${token},chat.v1`, Origin: ORIGIN },
    ]) {
      const event = authorizerEvent({ headers });
      const { exp, iat } = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as {
        exp: number;
        iat: number;
      };
      expect(await handlers.authorizer(event)).toEqual({
        principalId: alice.id,
        policyDocument: {
          Version: "2012-10-17",
          Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: event.methodArn }],
        },
        context: { tokenExpiresAt: String(exp), tokenIssuedAt: String(iat) },
      });
    }
  });

  it("refuses everything that is no valid token of ours with the gateway's 401", async () => {
    const now = Math.floor(Date.now() / 1_000);
    const good = { sub: "mallory", iss: ISSUER, aud: AUDIENCE, iat: now, exp: now + 60 };
    const { issuer } = deployment;
    const forger = await openLocalIssuer({ folder: null });
    const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${issuer.sign(good).split(".")[1]}.`;
    const refused: Record<string, Record<string, string>> = {
      "no token": {},
      "no JWT": { Authorization: "Bearer hello" },
      "another scheme": { Authorization: `Basic ${issuer.sign(good)}` },
      expired: { Authorization: `Bearer ${issuer.sign({ ...good, exp: now - 1 })}` },
      "without expiry": { Authorization: `Bearer ${issuer.sign({ ...good, exp: undefined })}` },
      "not yet valid": { Authorization: `Bearer ${issuer.sign({ ...good, nbf: now + 600 })}` },
      "another issuer": { Authorization: `Bearer ${issuer.sign({ ...good, iss: "https://other.example" })}` },
      "another audience": { Authorization: `Bearer ${issuer.sign({ ...good, aud: "other" })}` },
      "no audience": { Authorization: `Bearer ${issuer.sign({ ...good, aud: undefined })}` },
      "another key": { Authorization: `Bearer ${forger.sign(good)}` },
      unsigned: { Authorization: `Bearer ${unsigned}` },
      "an empty subject": { Authorization: `Bearer ${issuer.sign({ ...good, sub: "" })}` },
      "a subject of 256 characters": {
        Authorization: `Bearer ${issuer.sign({ ...good, sub: "x".repeat(256) })}`,
      },
      "the token as the only subprotocol": { "Sec-WebSocket-Protocol": issuer.sign(good) },
    };
    for (const [what, headers] of Object.entries(refused)) {
      await expect(authorize(headers), what).rejects.toThrow(/^Unauthorized$/);
    }
    expect(await stored("mallory")).toBeNull();
  });

  it("takes a Cognito access token, which names its client in client_id", async () => {
    const now = Math.floor(Date.now() / 1_000);
    const claims = { sub: "carol", iss: ISSUER, client_id: AUDIENCE, iat: now, exp: now + 60 };
    const answer = await authorize({ Authorization: `Bearer ${deployment.issuer.sign(claims)}` });
    expect(answer.principalId).toBe("carol");
  });

  it("denies a browser of another origin, who does not come to exist", async () => {
    const mallory = person();
    const answer = await authorize({
      "Sec-WebSocket-Protocol": `chat.v1, ${mallory.token()}`,
      Origin: "https://evil.example",
    });
    expect(answer.policyDocument.Statement).toMatchObject([{ Effect: "Deny" }]);
    expect(await stored(mallory.id)).toBeNull();
  });
});

describe("the caller of an HTTP request", () => {
  const now = Math.floor(Date.now() / 1_000);
  /** As the gateway hands claims on: each of them a text. */
  const texts = (claims: object) =>
    Object.fromEntries(
      Object.entries(claims).map(([name, value]) => [
        name,
        Array.isArray(value) ? `[${value.join(" ")}]` : String(value),
      ]),
    );
  const tokenOf = (claims: Record<string, unknown>): string =>
    deployment.issuer.sign({ sub: "", iss: ISSUER, aud: AUDIENCE, iat: now, exp: now + 60, ...claims });
  const ask = (token: string, verified: object) =>
    handlers.http(httpEvent({ route: "GET /api/conversations", token, claims: texts(verified) }));

  it.each([12345, null, true, ["a", "b"], "", "\ud83d", "x".repeat(256)])(
    "is none where the subject is %j, however the gateway writes it",
    async (sub) => {
      expect(await ask(tokenOf({ sub }), { sub })).toMatchObject({ statusCode: 401 });
      expect(await stored(Buffer.from(String(sub)).toString())).toBeNull();
      await expect(authorize({ Authorization: `Bearer ${tokenOf({ sub })}` })).rejects.toThrow(
        "Unauthorized",
      );
    },
  );

  it("has no claim of a profile that is no text", async () => {
    const claims = { sub: newId(), name: null, preferred_username: 7, picture: ["a"] };
    expect(await ask(tokenOf(claims), claims)).toMatchObject({ statusCode: 200 });
    expect((await stored(claims.sub))?.claims).toEqual({});
  });

  it("is who the gateway has verified, and no other token's subject", async () => {
    const [alice, mallory] = [newId(), newId()];
    expect(await ask(tokenOf({ sub: alice }), { sub: mallory })).toMatchObject({ statusCode: 401 });
    expect(await ask("not-a-token", { sub: mallory })).toMatchObject({ statusCode: 200 });
    expect(await stored(alice)).toBeNull();
    expect(await stored(mallory)).not.toBeNull();
  });
});

describe("$connect", () => {
  it("selects the subprotocol only for those who offered it", async () => {
    const alice = person();
    await alice.connect();
    const socket = {
      connectionId: newId(),
      connectedAt: Date.now(),
      userId: alice.id,
      context: { tokenExpiresAt: String(Math.floor(Date.now() / 1_000) + 60) },
    };
    const offered = connectEvent(socket, { "Sec-WebSocket-Protocol": "chat.v1, token" });
    expect(await handlers.websocket(offered)).toEqual({
      statusCode: 200,
      headers: { "Sec-WebSocket-Protocol": "chat.v1" },
    });
    expect(await handlers.websocket(connectEvent(socket))).toEqual({ statusCode: 200 });
  });

  const FEATURES = "X-Parley-Features";
  it.each([
    [{ "Sec-WebSocket-Protocol": "chat.v1+batch, token" }, "chat.v1+batch", true],
    [{ "Sec-WebSocket-Protocol": "chat.v1, token, chat.v1+batch" }, "chat.v1+batch", true],
    [{ "sec-websocket-protocol": "token,chat.v1+batch,chat.v1" }, "chat.v1+batch", true],
    [{ "Sec-WebSocket-Protocol": "chat.v1, token" }, "chat.v1", false],
    [{ "Sec-WebSocket-Protocol": "chat.v1, chat.v1+BATCH" }, "chat.v1", false],
    [{ [FEATURES]: "batch" }, null, true],
    [{ [FEATURES.toLowerCase()]: "later, BATCH ,other" }, null, true],
    [{ [FEATURES]: "batch", "Sec-WebSocket-Protocol": "chat.v1, token" }, "chat.v1", true],
    [{ [FEATURES]: "batches" }, null, false],
    [{}, null, false],
  ] as const)(
    "with %j selects %s, and notes whether it takes batches: %s",
    async (headers, selected, takes) => {
      const { id: userId } = person();
      const connectionId = newId();
      const context = { tokenExpiresAt: String(Math.floor(Date.now() / 1_000) + 60) };
      const socket = { connectionId, connectedAt: Date.now(), userId, context };
      expect(await handlers.websocket(connectEvent(socket, headers))).toEqual({
        statusCode: 200,
        ...(selected ? { headers: { "Sec-WebSocket-Protocol": selected } } : {}),
      });
      const [connection] = (await stored(userId))!.connections;
      expect(connection).toMatchObject({ id: connectionId });
      expect(connection!.takesBatches).toBe(takes || undefined);
    },
  );
});

describe("a profile", () => {
  const CLAIMS = { preferred_username: "ada", name: "Ada", picture: "https://example.org/a.png" };
  const PROFILE = { handle: "ada", fullName: "Ada", picture: "https://example.org/a.png" };

  it("comes with the first connection", async () => {
    const ada = person(CLAIMS);
    await authorize({ Authorization: `Bearer ${ada.token()}` });
    expect(await stored(ada.id)).toMatchObject({ claims: PROFILE, state: "off" });
  });

  it("comes with the first HTTP request, and answers it", async () => {
    const ada = person(CLAIMS);
    const answer = await ada.http({ route: "GET /api/users", query: { userId: ada.id } });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        id: ada.id,
        name: "ada",
        displayName: "Ada",
        avatarUrl: CLAIMS.picture,
        online: false,
        version: 0,
      },
    });
    expect(await stored(ada.id)).toMatchObject({ claims: PROFILE });
  });

  it("comes with the sign-up in the user pool, whose event goes on unchanged", async () => {
    const sub = person().id;
    const event = postConfirmationEvent("pool-name", { sub, email: "a@example.org", name: "Ada" });
    expect(await handlers.postConfirmation(structuredClone(event))).toEqual(event);
    expect((await stored(sub))?.claims).toEqual({ handle: "pool-name", fullName: "Ada" });
    const preferred = postConfirmationEvent("pool-name", { sub, preferred_username: "ada" });
    await handlers.postConfirmation(preferred);
    expect((await stored(sub))?.claims).toEqual({ handle: "ada", fullName: "Ada" });
  });

  it("follows a changed claim at the next authentication, keeps what a token leaves out", async () => {
    const ada = person(CLAIMS);
    await ada.connect();
    await person({ sub: ada.id, name: "Ada Lovelace" }).connect();
    const changed = { ...PROFILE, fullName: "Ada Lovelace" };
    expect(await stored(ada.id)).toMatchObject({ claims: changed, state: "on" });
    await person({ sub: ada.id }).http({ route: "GET /api/conversations" });
    expect(await stored(ada.id)).toMatchObject({ claims: changed });
  });

  it("is the later token's, whichever comes last, and stays unwritten while two take turns", async () => {
    const sub = newId();
    const now = Math.floor(Date.now() / 1_000);
    const tokenOf = (name: string, iat: number): string =>
      deployment.issuer.sign({ sub, name, iat, iss: ISSUER, aud: AUDIENCE, exp: now + 60 });
    const [older, newer, twin] = [
      tokenOf("Ada Byron", now - 60),
      tokenOf("Ada Lovelace", now - 30),
      tokenOf("Ada of the same second", now - 30),
    ];
    const present = async (token: string): Promise<void> => {
      await authorize({ Authorization: `Bearer ${token}` });
      const claims = { sub, name: "the gateway's text" };
      await handlers.http(httpEvent({ route: "GET /api/conversations", token, claims }));
    };
    for (const token of [older, newer, older, twin]) await present(token);
    expect((await stored(sub))?.claims).toEqual({ fullName: "Ada Lovelace" });
    await coldStart();
    deployment.table.meter.reset();
    for (const token of [older, newer, twin, older, newer]) await present(token);
    expect(deployment.table.meter.calls.filter(({ command }) => command === "UpdateItem")).toEqual([]);
    expect((await stored(sub))?.claims).toEqual({ fullName: "Ada Lovelace" });
  });

  it("is shown by its handle, else by the id, where names are missing", async () => {
    const plain = person();
    await plain.connect();
    const answer = await plain.http({ route: "GET /api/users", query: { userId: plain.id } });
    expect(answer.body).toMatchObject({ name: plain.id, displayName: plain.id, avatarUrl: null });
    const named = person({ "cognito:username": "cog" });
    const second = await named.http({ route: "GET /api/users", query: { userId: named.id } });
    expect(second.body).toMatchObject({ name: "cog", displayName: "cog" });
  });
});
