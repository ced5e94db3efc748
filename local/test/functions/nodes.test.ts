import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { openNodes, type Nodes } from "../../functions/nodes.ts";
import { temporaryFolder } from "../support/folders.ts";
import { functionModel, poolOf, removeAssets } from "./pool-fixture.ts";

afterAll(removeAssets);

const OWN = `nodejs${process.versions.node.split(".")[0]}.x`;

/** A program that calls itself Node of this version, and runs what it is given on the real one. */
function nodeAt(path: string, version: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(
    path,
    `#!/bin/sh\nif [ "$1" = --version ]; then echo v${version}; exit; fi\nRUN_BY=${version} exec ${process.execPath} "$@"\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

/** A project that has installed the package of this platform. */
function projectWithNode(version: string): { folder: string; program: string } {
  const folder = temporaryFolder();
  const at = join(folder, "node_modules", `node-${process.platform}-${process.arch}`);
  const program = nodeAt(join(at, "bin/node"), version);
  writeFileSync(join(at, "package.json"), '{"name":"node","version":"0.0.0"}');
  return { folder, program };
}

async function opened(options: Parameters<typeof openNodes>[0]): Promise<Nodes> {
  const outcome = await openNodes(options);
  if (outcome.type === "failed") throw new Error(outcome.message);
  return outcome.nodes;
}

test("functions run on this Node where it is of their major, and nothing is said", async () => {
  const nodes = await opened({ projectFolder: projectWithNode("99.1.0").folder });
  expect(await nodes.find([OWN, OWN])).toEqual([]);
  expect(nodes.pathFor(OWN)).toBe(process.execPath);
});

test("on the project's own where that is of their major", async () => {
  const { folder, program } = projectWithNode("99.1.0");
  const nodes = await opened({ projectFolder: folder });
  expect(await nodes.find(["nodejs99.x"])).toEqual([]);
  expect(nodes.pathFor("nodejs99.x")).toBe(program);
});

test("else on this one, which is said once for each runtime", async () => {
  const nodes = await opened({ projectFolder: projectWithNode("98.0.0").folder });
  expect(await nodes.find(["nodejs99.x", OWN, "nodejs99.x"])).toEqual([
    `Functions for nodejs99.x run on Node ${process.versions.node} here; --node names another.`,
  ]);
  expect(nodes.pathFor("nodejs99.x")).toBe(process.execPath);
});

test("on the one that is named, whatever its major", async () => {
  const { folder } = projectWithNode("99.1.0");
  const named = nodeAt(join(folder, "own/node"), "77.0.0");
  const nodes = await opened({ named, projectFolder: folder });
  expect(await nodes.find(["nodejs99.x"])).toEqual([
    "Functions for nodejs99.x run on Node 77.0.0 here; --node names another.",
  ]);
  expect(nodes.pathFor("nodejs99.x")).toBe(named);
});

test.each(["/bin/false", "/nowhere/node", import.meta.filename])(
  "%s is no Node, which is one sentence",
  async (named) => {
    expect(await openNodes({ named, projectFolder: temporaryFolder() })).toEqual({
      type: "failed",
      message: `${named} is no Node: --node names a program such as bin/node.`,
    });
  },
);

test("a function's process is one of that program", async () => {
  const named = nodeAt(join(temporaryFolder(), "node"), "77.0.0");
  const fn = functionModel("export const handler = async () => process.env.RUN_BY;");
  const { pool } = await poolOf([fn], { nodeFor: () => named });
  onTestFinished(() => pool.close());
  expect(await pool.invoke("Fn", {})).toMatchObject({ type: "ok", payload: "77.0.0" });
});
