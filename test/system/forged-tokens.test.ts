import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Cast, unique } from "../support/cast.ts";
import { Device, type ConnectOptions } from "../support/device.ts";
import { makeDataFolder, type DataFolder } from "../support/data-folder.ts";
import { request, tokenFor } from "../support/person.ts";
import { startParley, type RunningCloud } from "../support/start-parley.ts";
import { hashed, putTogether, signed, takeApart, without, type TokenParts } from "../support/tokens.ts";

let folder: DataFolder;
let cloud: RunningCloud;
/** The issuer's own: only with it does a claim, and nothing else, decide. */
let issuerKey: KeyObject;

beforeAll(async () => {
  folder = await makeDataFolder();
  cloud = await startParley({ ephemeral: false, dataFolder: folder.path });
  issuerKey = createPrivateKey(await readFile(join(folder.path, "data/issuer-key.pem")));
});
afterAll(async () => {
  await cloud?.stop();
  await folder?.remove();
});

const OTHER_KEY = generateKeyPairSync("rsa", { modulusLength: 2048 });
const secondsFromNow = (seconds: number): number => Math.floor(Date.now() / 1_000) + seconds;
const publicPem = (type: "spki" | "pkcs1"): string =>
  createPublicKey(issuerKey).export({ type, format: "pem" }) as string;

type Forge = (good: TokenParts) => string | null;

/** What anybody can make of a good token, who has not the issuer's private key. */
const FORGERIES: Readonly<Record<string, Forge>> = {
  "no token": () => null,
  "an empty token": () => "",
  "not a token": () => "let-me-in",
  "three empty parts": () => "..",
  "only two parts": ({ token }) => token.split(".").slice(0, 2).join("."),
  unsigned: ({ header, claims }) => putTogether(header, claims, ""),
  "alg none": ({ header, claims }) => putTogether({ ...header, alg: "none" }, claims, ""),
  "alg None with the signature kept": ({ header, claims, signature }) =>
    putTogether({ ...header, alg: "None" }, claims, signature),
  "HS256 with the public key": ({ header, claims }) =>
    hashed({ ...header, alg: "HS256" }, claims, publicPem("spki")),
  "HS256 with the public key in its other form": ({ header, claims }) =>
    hashed({ ...header, alg: "HS256" }, claims, publicPem("pkcs1")),
  "HS256 said to be RS256": ({ header, claims }) => hashed(header, claims, publicPem("spki")),
  "HS256 with an empty secret": ({ header, claims }) => hashed({ ...header, alg: "HS256" }, claims, ""),
  "another key under the right key id": ({ header, claims }) => signed(header, claims, OTHER_KEY.privateKey),
  "another key under its own id": ({ header, claims }) =>
    signed({ ...header, kid: "mine" }, claims, OTHER_KEY.privateKey),
  "another key, brought along": ({ header, claims }) =>
    signed({ ...header, jwk: OTHER_KEY.publicKey.export({ format: "jwk" }) }, claims, OTHER_KEY.privateKey),
  "a key id of nobody's": ({ header, claims }) => signed({ ...header, kid: "__proto__" }, claims, issuerKey),
  "another user in a signed token": ({ header, claims, signature }) =>
    putTogether(header, { ...claims, sub: "admin" }, signature),
  "a longer life in a signed token": ({ header, claims, signature }) =>
    putTogether(header, { ...claims, exp: secondsFromNow(999_999) }, signature),
};

/** Signed by the issuer, and not for this API, not now or for nobody. */
const UNACCEPTABLE: Readonly<Record<string, Forge>> = {
  "expired a second ago": ({ header, claims }) =>
    signed(header, { ...claims, iat: secondsFromNow(-60), exp: secondsFromNow(-1) }, issuerKey),
  "issued in the future": ({ header, claims }) =>
    signed(header, { ...claims, iat: secondsFromNow(60) }, issuerKey),
  "expired long ago": ({ header, claims }) => signed(header, { ...claims, iat: 1, exp: 2 }, issuerKey),
  "not valid yet": ({ header, claims }) => signed(header, { ...claims, nbf: secondsFromNow(600) }, issuerKey),
  "wrong issuer": ({ header, claims }) =>
    signed(header, { ...claims, iss: "https://issuer.example.com" }, issuerKey),
  "issuer with a slash more": ({ header, claims }) =>
    signed(header, { ...claims, iss: `${String(claims["iss"])}/` }, issuerKey),
  "no issuer": ({ header, claims }) => signed(header, without(claims, "iss"), issuerKey),
  "wrong audience": ({ header, claims }) => signed(header, { ...claims, aud: "somebody-else" }, issuerKey),
  "no audience": ({ header, claims }) => signed(header, without(claims, "aud"), issuerKey),
  "wrong client": ({ header, claims }) =>
    signed(header, { ...without(claims, "aud"), client_id: "somebody-else" }, issuerKey),
  "no user": ({ header, claims }) => signed(header, without(claims, "sub"), issuerKey),
  "an empty user": ({ header, claims }) => signed(header, { ...claims, sub: "" }, issuerKey),
  "a user id of 256 characters": ({ header, claims }) =>
    signed(header, { ...claims, sub: "x".repeat(256) }, issuerKey),
  "a number for a user": ({ header, claims }) => signed(header, { ...claims, sub: 12345 }, issuerKey),
  "null for a user": ({ header, claims }) => signed(header, { ...claims, sub: null }, issuerKey),
  "true for a user": ({ header, claims }) => signed(header, { ...claims, sub: true }, issuerKey),
  "a list for a user": ({ header, claims }) => signed(header, { ...claims, sub: ["victim"] }, issuerKey),
  "half a character for a user": ({ header, claims }) =>
    signed(header, { ...claims, sub: "\ud83d" }, issuerKey),
};

const ACCEPTABLE: Readonly<Record<string, Forge>> = {
  "claims of a profile that are no texts": ({ header, claims }) =>
    signed(header, { ...claims, name: null, preferred_username: 7, picture: ["x"] }, issuerKey),
  "as the issuer makes them": ({ token }) => token,
  "signed anew": ({ header, claims }) => signed(header, claims, issuerKey),
  "the audience among others": ({ header, claims }) =>
    signed(header, { ...claims, aud: ["somebody-else", claims["aud"]] }, issuerKey),
  "an access token, which names a client": ({ header, claims }) =>
    signed(header, { ...without(claims, "aud"), client_id: claims["aud"], token_use: "access" }, issuerKey),
};

const goodTokenOf = async (userId: string): Promise<TokenParts> =>
  takeApart(await tokenFor(cloud, { userId }));

const ROUTES = [
  ["GET", "/api/conversations"],
  ["GET", "/api/users?userId=x"],
  ["GET", "/api/presence?userIds=x"],
  ["GET", "/api/conversations/x/messages"],
  ["POST", "/api/conversations/x/messages"],
  ["POST", "/api/conversations/x/read"],
  ["POST", "/api/conversations/find-or-create"],
] as const;

const offers = (token: string): ConnectOptions[] => [
  { headers: { authorization: `Bearer ${token}` } },
  // A client refuses to offer a subprotocol with other characters.
  ...(/^[A-Za-z0-9._-]+$/.test(token) ? [{ subprotocols: ["chat.v1", token] }] : []),
];

describe("a token", () => {
  test.for(Object.entries({ ...FORGERIES, ...UNACCEPTABLE }))(
    "is refused by every route and the socket: %s",
    async ([, forge]) => {
      const userId = unique("victim");
      const token = forge(await goodTokenOf(userId));
      for (const [method, path] of ROUTES) {
        // Before the shape: even what is no JSON is 401.
        const body = method === "POST" ? { body: "{" } : {};
        const answer = await request(cloud, path, { method, token, ...body });
        expect([path, answer.status]).toEqual([path, 401]);
        expect(answer.text).not.toMatch(/\.ts|\.js|node:|stack|issuer|jwks/i);
      }
      for (const options of token === null ? [{}] : offers(token)) {
        expect(await Device.attempt(cloud.wsUrl, options)).toMatchObject({
          type: "refused",
          status: 401,
        });
      }
      // Nobody has come into being by it.
      const asker = await new Cast(cloud).user("asker");
      expect((await asker.get(`/api/users?userId=${userId}`)).status).toBe(404);
    },
  );

  test.for(Object.entries(ACCEPTABLE))("is accepted by both APIs: %s", async ([, make]) => {
    const userId = unique("alice");
    const token = make(await goodTokenOf(userId))!;
    const answer = await request(cloud, "/api/conversations", { method: "GET", token });
    expect(answer.status).toBe(200);
    for (const options of offers(token)) {
      const client = await Device.connect(cloud.wsUrl, options);
      await client.ping();
      await client.vanish();
    }
  });
});
