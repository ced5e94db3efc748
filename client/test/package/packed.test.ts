import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { createPackageFromTarballData, checkPackage } from "@arethetypeswrong/core";
import { chromium } from "playwright-core";
import { publint } from "publint";
import { build } from "vite";
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from "vitest";
import { tokenFor } from "../../../test/support/person.ts";
import { startParley, type RunningCloud } from "../../../test/support/start-parley.ts";

const PACKAGE = join(import.meta.dirname, "../..");
const NODE_MODULES = join(PACKAGE, "../node_modules");
const CHAT = join(import.meta.dirname, "chat.mjs");
/** The package names them: without them it is not whole. */
const hasHooks = existsSync(join(PACKAGE, "react/index.ts"));
const executablePath = inject("chromium");

const run = async (command: string, args: readonly string[], cwd: string): Promise<string> =>
  (await promisify(execFile)(command, args, { cwd, maxBuffer: 2 ** 24 })).stdout;

let cloud: RunningCloud;
let tarball: string;
let project: string;
let removeFolders: () => void;

beforeAll(async () => {
  const folders: string[] = [];
  removeFolders = () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true }));
  project = mkdtempSync(join(tmpdir(), "client-package-"));
  folders.push(project);
  const packed = await run("npm", ["pack", "--json", "--pack-destination", project], PACKAGE);
  const [{ filename }] = JSON.parse(packed.slice(packed.indexOf("["))) as [{ filename: string }];
  tarball = join(project, filename.replace("@", "").replace("/", "-"));
  writeFileSync(join(project, "package.json"), '{"name":"app","private":true,"type":"module"}');
  await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", tarball], project);
  cpSync(CHAT, join(project, "chat.mjs"));
  // Node 20 has no WebSocket of its own.
  if (!existsSync(join(project, "node_modules/ws"))) {
    symlinkSync(join(NODE_MODULES, "ws"), join(project, "node_modules/ws"));
  }
  cloud = await startParley();
});

afterAll(async () => {
  await cloud?.stop();
  removeFolders?.();
});

/** What `chat.mjs` takes, for two users of this test alone. */
async function makeParties() {
  const [aliceId, bobId] = [randomUUID(), randomUUID()];
  const [aliceToken, bobToken] = [
    await tokenFor(cloud, { userId: aliceId }),
    await tokenFor(cloud, { userId: bobId }),
  ];
  // Somebody is there once they have signed in.
  await fetch(`${cloud.httpUrl}/api/conversations`, { headers: { authorization: `Bearer ${bobToken}` } });
  return { httpUrl: cloud.httpUrl, wsUrl: cloud.wsUrl, aliceToken, bobToken, bobId };
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
};

/** Opens `index.html` of a folder in Chromium and chats there; `window.chat` is what it loads. */
async function chatInChromium(folder: string): Promise<unknown> {
  const server = createServer((request, response) => {
    const file = join(folder, request.url === "/" ? "index.html" : (request.url ?? ""));
    if (!existsSync(file)) return void response.writeHead(404).end();
    response.setHeader("content-type", TYPES[extname(file)] ?? "application/octet-stream");
    response.end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const browser = await chromium.launch({
    executablePath: executablePath!,
    args: ["--no-sandbox", "--disable-gpu"],
  });
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.waitForFunction("window.chat");
  const read: unknown = await page.evaluate(`window.chat(${JSON.stringify(await makeParties())})`);
  expect(errors).toEqual([]);
  return read;
}

test("the package holds what it needs and nothing else", () => {
  const installed = join(project, "node_modules/@parley/client");
  expect(readdirSync(installed).toSorted()).toEqual(["LICENSE", "README.md", "dist", "package.json"]);
  const { dependencies } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as {
    dependencies?: object;
  };
  expect(dependencies).toBeUndefined();
  const imports = (entry: string): readonly string[] =>
    readFileSync(join(installed, "dist", entry), "utf8").match(
      /from\s*["'].*?["']|import\s*\(.*?\)|node:/g,
    ) ?? [];
  expect(imports("index.js")).toEqual([expect.stringMatching(/^import\(["'`]\.\/on-demand\.js["'`]\)$/)]);
  expect(imports("on-demand.js")).toEqual([]);
});

test("installed in an empty folder it chats, and keeps files, in Node", async () => {
  const parties = JSON.stringify(await makeParties());
  writeFileSync(
    join(project, "main.mjs"),
    `import { WebSocket } from "ws";
     import { fileStorage } from "@parley/client";
     import { chat } from "./chat.mjs";
     const storage = fileStorage("kept");
     await storage.set("a", 1);
     console.log(await chat({ ...${parties}, WebSocket }), await fileStorage("kept").get("a"));
     process.exit(0);`,
  );
  expect(await run(process.execPath, ["main.mjs"], project)).toBe("Hello Bob! 1\n");
});

test.skipIf(executablePath === null)("a plain script of type module chats in Chromium", async () => {
  const folder = join(project, "plain");
  cpSync(join(project, "node_modules/@parley/client/dist"), join(folder, "parley"), { recursive: true });
  cpSync(CHAT, join(folder, "chat.mjs"));
  writeFileSync(
    join(folder, "index.html"),
    `<!doctype html><script type="importmap">{"imports":{"@parley/client":"/parley/index.js"}}</script>
     <script type="module">import { chat } from "/chat.mjs"; window.chat = chat;</script>`,
  );
  expect(await chatInChromium(folder)).toBe("Hello Bob!");
});

test.skipIf(executablePath === null)("vite bundles it, without anything of Node's", async () => {
  writeFileSync(
    join(project, "index.html"),
    `<!doctype html><script type="module">import { chat } from "./chat.mjs"; window.chat = chat;</script>`,
  );
  const warnings: string[] = [];
  await build({
    root: project,
    configFile: false,
    logLevel: "silent",
    build: { outDir: "bundled", rolldownOptions: { onwarn: ({ message }) => warnings.push(message) } },
  });
  expect(warnings).toEqual([]);
  expect(await chatInChromium(join(project, "bundled"))).toBe("Hello Bob!");
});

test("its types stand by themselves, also for who checks libraries", async () => {
  writeFileSync(
    join(project, "typed.ts"),
    `import { createChatClient, fileStorage, type ChatClient, type Message } from "@parley/client";
     export const chat: ChatClient = createChatClient({
       httpUrl: "", wsUrl: "", getToken: () => "", storage: fileStorage("."),
     });
     chat.on("new_message", ({ message }) => { const seq: Message["seq"] = message.seq; void seq; });
     // @ts-expect-error there is no such event
     chat.on("no_such_event", () => undefined);`,
  );
  const options = ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2023,dom"];
  for (const resolution of ["bundler", "nodenext"]) {
    const module = resolution === "bundler" ? "esnext" : "nodenext";
    const tsc = join(NODE_MODULES, "typescript/bin/tsc");
    const args = [tsc, ...options, "--module", module, "--moduleResolution", resolution, "typed.ts"];
    expect(
      await run(process.execPath, args, project).catch((error: { stdout: string }) => error.stdout),
    ).toBe("");
  }
});

test.skipIf(!hasHooks)(
  "publint finds nothing, and every entry resolves to its types for ESM and for bundlers",
  async () => {
    const { messages } = await publint({
      pkgDir: join(project, "node_modules/@parley/client"),
      strict: true,
    });
    expect(messages).toEqual([]);
    const analysis = await checkPackage(createPackageFromTarballData(readFileSync(tarball)));
    if (!analysis.types) throw new Error("The package has no types.");
    // ESM only, by `exports` only: what neither require nor the oldest resolution finds is not meant to be found.
    const ofInterest = analysis.problems.filter(
      (problem) =>
        !("resolutionKind" in problem) || ["node16-esm", "bundler"].includes(problem.resolutionKind),
    );
    expect(ofInterest).toEqual([]);
  },
);

test.skipIf(!hasHooks)("the hooks are a client component's for Next.js", () => {
  const dist = join(project, "node_modules/@parley/client/dist");
  const code = readFileSync(join(dist, "react.js"), "utf8");
  expect(code).toMatch(/^"use client";/);
  const imported = [...code.matchAll(/from\s*"([^"]+)"/g)].map(([, name]) => name);
  expect(imported.filter((name) => !/^(react(\/.*)?|@parley\/client)$/.test(name ?? ""))).toEqual([]);
});
