import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { JwtRsaVerifier } from "aws-jwt-verify";
import type { Jwks } from "aws-jwt-verify/jwk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLocalIssuer, type LocalIssuer } from "../../identity/issuer.ts";
import { verifyToken } from "../../identity/verify-token.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "issuer-"));
});
afterEach(async () => rm(folder, { recursive: true }));

const issuer = "https://issuer.example.com/pool";
const rules = () => ({ issuer, audiences: ["client"], now: Date.now() });

function token(from: LocalIssuer): string {
  const seconds = Math.floor(Date.now() / 1000);
  return from.sign({
    sub: "u",
    iss: issuer,
    aud: "client",
    token_use: "id",
    iat: seconds,
    exp: seconds + 60,
  });
}

describe("the local issuer", () => {
  it("signs what aws-jwt-verify takes with its key set", async () => {
    const local = await openLocalIssuer({ folder: null });
    const verifier = JwtRsaVerifier.create({ issuer, audience: "client" });
    verifier.cacheJwks(JSON.parse(local.jwks()) as Jwks);
    await expect(verifier.verify(token(local))).resolves.toMatchObject({ sub: "u" });
    expect(local.jwks()).not.toContain('"d"');
  });

  it("keeps its key in the folder, readable by the owner only", async () => {
    const signed = token(await openLocalIssuer({ folder: join(folder, "new") }));
    const again = await openLocalIssuer({ folder: join(folder, "new") });
    expect(verifyToken(signed, again, rules()).type).toBe("valid");
    const [file = "", ...others] = await readdir(join(folder, "new"));
    expect(others).toEqual([]);
    expect((await stat(join(folder, "new", file))).mode & 0o777).toBe(0o600);
  });

  it("has a key of its own in memory, and replaces a file that is no key", async () => {
    const [one, two] = await Promise.all([
      openLocalIssuer({ folder: null }),
      openLocalIssuer({ folder: null }),
    ]);
    expect(verifyToken(token(one), two, rules()).type).toBe("invalid");
    await openLocalIssuer({ folder });
    const [file = ""] = await readdir(folder);
    await writeFile(join(folder, file), "broken");
    const mended = await openLocalIssuer({ folder });
    expect(verifyToken(token(mended), await openLocalIssuer({ folder }), rules()).type).toBe("valid");
  });

  it.each([
    ["iat", 0, "valid"],
    ["iat", -1, "invalid"],
    ["nbf", 0, "valid"],
    ["nbf", -1, "invalid"],
    ["exp", 0, "invalid"],
    ["exp", -1, "valid"],
  ])(
    "compares %s with the clock to the millisecond: %i ms from it the token is %s",
    async (claim, ms, type) => {
      const local = await openLocalIssuer({ folder: null });
      const seconds = Math.floor(Date.now() / 1000);
      const claims = {
        sub: "u",
        iss: issuer,
        aud: "client",
        iat: seconds - 60,
        exp: seconds + 60,
        [claim]: seconds,
      };
      const verdict = verifyToken(local.sign(claims), local, { ...rules(), now: seconds * 1000 + ms });
      expect(verdict.type).toBe(type);
    },
  );
});
