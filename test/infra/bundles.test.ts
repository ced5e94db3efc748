import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Bundles, bundleFunctions } from "../../lib/bundling/bundle-functions.ts";
import { defaultProvider } from "../../lib/bundling/environment-credentials.ts";
import { EndpointCache } from "../../lib/bundling/no-endpoint-cache.ts";
import { synthesizeWith } from "./synthesize.ts";

async function built(outFolder: string): Promise<Bundles> {
  const outcome = await bundleFunctions(outFolder);
  if (outcome.type === "failed") throw new Error(outcome.problems.join("\n"));
  return outcome.bundles;
}

const LIMIT_BYTES = 300_000;

/**
 * What each function weighs, and three in a hundred: so much the SDK's next releases may bring along before
 * somebody looks at what it is (`lib/bundling/sdk-cuts.ts`). A feature that is worth its bytes raises its line.
 */
const EXPECTED_BYTES: Readonly<Record<string, number>> = {
  websocket: 281_000,
  // Nothing is left below the bound.
  http: 300_000,
  admin: 284_500,
  authorizer: 193_500,
  worker: 283_500,
  signUp: 172_000,
};
const folder = mkdtempSync(join(tmpdir(), "parley-bundles-"));
const bundles = await built(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(Object.entries(bundles))("bundle %s", (name, codeFolder) => {
  const code = join(codeFolder, "index.js");

  it(`is at most ${LIMIT_BYTES} bytes, and nothing else travels with it`, () => {
    expect(readdirSync(codeFolder).toSorted()).toEqual(["index.js", "package.json"]);
    expect(statSync(code).size).toBeLessThanOrEqual(LIMIT_BYTES);
  });

  it("has not grown unseen", () => {
    expect(statSync(code).size).toBeLessThanOrEqual(EXPECTED_BYTES[name] ?? 0);
  });

  it("refers to no source map and to no path of the machine that built it", () => {
    const text = readFileSync(code, "utf8");
    expect(text).not.toContain("sourceMappingURL");
    expect(text).not.toContain(process.cwd());
  });

  it("imports nothing late: that would make a namespace of all that node:http exports, and load undici", () => {
    expect(readFileSync(code, "utf8")).not.toMatch(/\bimport\(/);
  });

  it("leaves out the chain of credential providers", () => {
    expect(readFileSync(code, "utf8")).not.toContain("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  });

  it("leaves out streams of events", () => {
    expect(readFileSync(code, "utf8")).not.toContain("event stream union");
  });

  it("leaves out the cache of discovered endpoints: none is discovered", () => {
    // Of the library it stands on.
    expect(readFileSync(code, "utf8")).not.toContain("mnemonist");
  });

  it("leaves out errors that nothing asks for, and what a client is described with", () => {
    const text = readFileSync(code, "utf8");
    expect(text).not.toContain("BackupInUseException");
    expect(text).not.toContain("KmsInvalidState");
    expect(text).not.toContain("devDependencies");
  });

  it("leaves out hashes in JavaScript, files of profiles and the instance's region", () => {
    const text = readFileSync(code, "utf8");
    expect(text).not.toContain("1779033703");
    expect(text).not.toContain("AWS_SHARED_CREDENTIALS_FILE");
    expect(text).not.toContain("169.254.169.254");
  });

  it("brings all it needs", () => {
    const text = readFileSync(code, "utf8");
    const required = [...text.matchAll(/\brequire\("([^"]+)"\)/g)].map((match) => match[1] ?? "");
    const known = new Set(builtinModules);
    expect(required.filter((name) => !known.has(name.replace(/^node:/, "")))).toEqual([]);
  });
});

describe("bundles", () => {
  it("keep their source maps beside them", () => {
    const maps = readdirSync(join(folder, "source-maps"), { recursive: true }) as string[];
    expect(maps.filter((path) => path.endsWith(".map")).length).toBe(Object.keys(bundles).length);
  });

  it("have the same hash when nothing has changed", async () => {
    const hashes = (code: Bundles) =>
      [...synthesizeWith(code, { stage: "dev" }).all("AWS::Lambda::Function")].map(
        ([path, { Properties }]) => [path, (Properties["Code"] as { S3Key: string }).S3Key],
      );
    const again = mkdtempSync(join(tmpdir(), "parley-bundles-again-"));
    const first = hashes(bundles);
    const second = hashes(await built(again));
    rmSync(again, { recursive: true });
    expect(first).toHaveLength(6);
    expect(second).toEqual(first);
  });
});

it("the cache of discovered endpoints that stands in for the SDK's keeps none", () => {
  const cache = new EndpointCache();
  cache.set();
  cache.delete();
  expect([cache.has(), cache.get(), cache.getEndpoint()]).toEqual([false, undefined, undefined]);
});

describe("environment credentials", () => {
  const saved = { ...process.env };
  afterAll(() => {
    process.env = saved;
  });

  it("are those of the environment", async () => {
    process.env = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret", AWS_SESSION_TOKEN: "session" };
    await expect(defaultProvider()()).resolves.toEqual({
      accessKeyId: "id",
      secretAccessKey: "secret",
      sessionToken: "session",
    });
    process.env = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret" };
    await expect(defaultProvider()()).resolves.toEqual({ accessKeyId: "id", secretAccessKey: "secret" });
  });

  it("fail in a sentence when there are none", async () => {
    process.env = {};
    await expect(defaultProvider()()).rejects.toThrow(
      "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set",
    );
  });
});
