import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const CONFIG = join(ROOT, ".dependency-cruiser.cjs");
const CRUISER = join(ROOT, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
const ROOMS = ["bin", "lib", "stages", "lambdas", "local", "client", "reference", "bench", "test"];

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

/** What dependency-cruiser has to say about the rooms of a folder laid out like the repository. */
function cruise(
  folder: string,
): Promise<{ readonly violations: readonly Violation[]; readonly modules: number }> {
  const rooms = ROOMS.filter((room) => existsSync(join(folder, room)));
  const args = [CRUISER, "--config", CONFIG, "--output-type", "json", ...rooms];
  return new Promise((done, fail) => {
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      try {
        const { summary } = JSON.parse(stdout) as {
          summary: { violations: readonly Violation[]; totalCruised: number };
        };
        done({ violations: summary.violations, modules: summary.totalCruised });
      } catch {
        fail(error ?? new Error(stderr));
      }
    });
  });
}

it("every import of the repository goes the way the house allows", async () => {
  const { violations, modules } = await cruise(ROOT);
  expect(violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
  expect(modules).toBeGreaterThan(100);
});

/** A module that breaks a rule, what it imports, and the rule. */
const BREACHES: readonly (readonly [from: string, to: string, rule: string])[] = [
  ["lambdas/protocol/a.ts", "lambdas/chat/a.ts", "protocol-imports-nothing"],
  ["lambdas/protocol/b.ts", "node:fs", "protocol-imports-nothing"],
  ["lambdas/chat/b.ts", "lambdas/store/a.ts", "chat-knows-no-sdk"],
  ["lambdas/chat/operations/c.ts", "lambdas/runtime/a.ts", "chat-knows-no-sdk"],
  ["lambdas/chat/steps/d.ts", "@aws-sdk/client-dynamodb", "chat-knows-no-sdk"],
  ["lambdas/chat/model/e.ts", "lambdas/chat/a.ts", "the-model-is-pure"],
  ["lambdas/chat/model/f.ts", "lambdas/chat/operations/a.ts", "the-model-is-pure"],
  ["lambdas/chat/steps/g.ts", "lambdas/chat/operations/a.ts", "steps-know-no-operation"],
  ["lambdas/chat/h.ts", "lambdas/chat/operations/a.ts", "steps-know-no-operation"],
  ["lambdas/chat/operations/i.ts", "lambdas/chat/operations/a.ts", "operations-share-steps-only"],
  ["lambdas/store/b.ts", "lambdas/push/a.ts", "store"],
  ["lambdas/store/c.ts", "@aws-sdk/client-sqs", "store"],
  ["lambdas/push/b.ts", "lambdas/store/a.ts", "push"],
  ["lambdas/push/c.ts", "@aws-sdk/client-dynamodb", "push"],
  ["lambdas/runtime/b.ts", "lambdas/store/a.ts", "runtime"],
  ["lambdas/runtime/c.ts", "@aws-sdk/client-sqs", "runtime"],
  ["lambdas/runtime/composition.ts", "lambdas/http/a.ts", "composition-root"],
  ["lambdas/http/b.ts", "lambdas/store/a.ts", "function-http"],
  ["lambdas/websocket/b.ts", "@aws-sdk/client-dynamodb", "function-websocket"],
  ["lambdas/authorizer/b.ts", "lambdas/push/a.ts", "function-authorizer"],
  ["lambdas/websocket/c.ts", "lambdas/http/a.ts", "function-websocket"],
  ["lambdas/http/c.ts", "lambdas/websocket/a.ts", "function-http"],
  ["lambdas/admin/b.ts", "lambdas/http/a.ts", "function-admin"],
  ["lambdas/worker/b.ts", "lambdas/sign-up/a.ts", "function-worker"],
  ["lambdas/sign-up/b.ts", "lambdas/store/a.ts", "function-sign-up"],
  ["lib/e.ts", "lambdas/chat/ports.ts", "stacks-see-handlers-by-path-only"],
  ["lambdas/http/d.ts", "lambdas/http/index.ts", "functions-are-entered-by-the-service-only"],
  ["lib/b.ts", "lambdas/store/a.ts", "stacks-see-handlers-by-path-only"],
  ["lib/c.ts", "lambdas/worker/index.ts", "stacks-see-handlers-by-path-only"],
  ["bin/b.ts", "lambdas/store/a.ts", "bin-makes-stacks"],
  ["bin/c.ts", "local/a.ts", "bin-makes-stacks"],
  ["bin/d.ts", "stages/a.ts", "bin-makes-stacks"],
  ["lib/f.ts", "stages/a.ts", "stacks-see-handlers-by-path-only"],
  ["stages/b.ts", "lib/a.ts", "stages-are-values"],
  ["client/b.ts", "lambdas/chat/a.ts", "the-client-knows-the-wire-only"],
  ["reference/a.ts", "lambdas/chat/a.ts", "the-reference-is-written-from-the-wire"],
  ["client/c.ts", "reference/b.ts", "nobody-imports-the-reference-but-tests"],
  ["local/b.ts", "lambdas/protocol/x.ts", "the-local-cloud-knows-no-app"],
  ["local/c.ts", "lib/a.ts", "the-local-cloud-knows-no-app"],
  ["local/test/a.ts", "test/a.ts", "the-local-cloud-knows-no-app"],
  ["lambdas/chat/e.ts", "test/a.ts", "nothing-but-tests-imports-tests"],
  ["local/e.ts", "local/test/a.ts", "nothing-but-tests-imports-tests"],
  ["lib/d.ts", "lib/helpers/a.ts", "no-junk-rooms"],
  ["local/d.ts", "local/misc.ts", "no-junk-rooms"],
  ["local/round.ts", "local/about.ts", "no-circles"],
];

/** Imports the house wants: a rule that refused these would be as wrong. */
const ALLOWED: readonly (readonly [from: string, to: string])[] = [
  ["lambdas/chat/ok.ts", "lambdas/protocol/x.ts"],
  ["lambdas/chat/operations/ok.ts", "lambdas/chat/steps/x.ts"],
  ["lambdas/chat/steps/ok.ts", "lambdas/chat/model/x.ts"],
  ["lambdas/store/ok.ts", "@aws-sdk/client-dynamodb"],
  ["lambdas/store/a.ts", "lambdas/chat/a.ts"],
  ["lambdas/http/a.ts", "lambdas/runtime/a.ts"],
  ["lambdas/http/index.ts", "lambdas/http/x.ts"],
  ["lib/ok.ts", "lambdas/store/table-shape.ts"],
  ["lib/ok-too.ts", "lambdas/runtime/env-spec.ts"],
  ["lib/ok-three.ts", "lambdas/protocol/routes.ts"],
  ["lib/ok-four.ts", "lambdas/chat/metrics.ts"],
  ["bin/ok.ts", "lib/a.ts"],
  ["bin/ok-too.ts", "stages/index.ts"],
  ["stages/ok.ts", "lib/stage-settings.ts"],
  ["client/ok.ts", "lambdas/protocol/x.ts"],
  ["test/ok.ts", "lambdas/store/a.ts"],
  ["bench/ok.ts", "local/test/x.ts"],
  ["local/about.ts", "local/round.ts"],
];

describe("the rules bite", () => {
  let folder = "";
  let violations: readonly Violation[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "import-rules-"));
    const write = async (path: string, text: string): Promise<void> => {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    };
    await write(
      "package.json",
      '{"type":"module","dependencies":{"@aws-sdk/client-dynamodb":"1","@aws-sdk/client-sqs":"1"}}',
    );
    await write(
      "tsconfig.json",
      '{"compilerOptions":{"module":"ESNext","moduleResolution":"bundler","allowImportingTsExtensions":true}}',
    );
    for (const name of ["client-dynamodb", "client-sqs"]) {
      await write(
        `node_modules/@aws-sdk/${name}/package.json`,
        `{"name":"@aws-sdk/${name}","version":"1.0.0","main":"index.js"}`,
      );
      await write(`node_modules/@aws-sdk/${name}/index.js`, "export const value = 1;");
    }
    const edges = [...BREACHES, ...ALLOWED];
    const targets = edges.map(([, to]) => to).filter((to) => to.endsWith(".ts"));
    const sources = new Map(edges.map(([from, to]) => [from, to]));
    for (const path of new Set([...targets, ...sources.keys()])) {
      const to = sources.get(path);
      const specifier = to?.endsWith(".ts") ? `${"../".repeat(path.split("/").length - 1)}${to}` : to;
      await write(
        path,
        `${to ? `import * as other from "${specifier}";\nexport { other };\n` : ""}export const value = 1;\n`,
      );
    }
    ({ violations } = await cruise(folder));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(BREACHES)("on %s importing %s: %s", (from, _to, rule) => {
    // A circle is reported once, at whichever of its modules.
    const own = violations.filter((violation) => [violation.from, violation.to].includes(from));
    expect(own.map((violation) => violation.rule.name)).toContain(rule);
  });

  it("on two rooms that import each other, whichever files do", () => {
    const circles = violations.filter(({ rule }) => rule.name === "no-circles-of-rooms");
    expect(circles.map(({ from, to }) => `${from} → ${to}`)).toContain("lambdas/http → lambdas/websocket");
  });

  it("and nothing else: what is allowed is not reported", () => {
    const breaching = new Set(BREACHES.map(([from]) => from));
    const circle = new Set(["local/round.ts", "local/about.ts"]);
    const others = violations.filter(
      ({ from, rule }) => !breaching.has(from) && !circle.has(from) && rule.name !== "no-circles-of-rooms",
    );
    expect(others.map(({ from, rule }) => `${from} ${rule.name}`)).toEqual([]);
  });
});
