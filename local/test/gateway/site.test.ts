import { mkdirSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openSite } from "../../serving/site.ts";
import { temporaryFolder } from "../support/folders.ts";
import { makeHttpApi, makeHttpRoute, makeModel } from "./model-fixture.ts";
import { startGateway } from "./start-gateway.ts";

const FILES = {
  "site/index.html": "<title>home</title>",
  "site/app.js": "export {};",
  "site/api/things": "never seen",
  "site/_local/index.html": "never seen",
  "site/my page.svg": "<svg/>",
  "site/docs/index.html": "<title>docs</title>",
  "site/.env": "secret",
  "outside.txt": "secret",
  "site-beside/index.html": "secret",
};

async function start(routes = [makeHttpRoute("GET /api/{name}")]) {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(FILES)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const gateway = await startGateway({
    model: makeModel({ http: makeHttpApi(routes) }),
    site: openSite(join(folder, "site")),
  });
  onTestFinished(() => gateway.stop());
  gateway.invoker.on("Http", () => ({ statusCode: 200, body: "the API's" }));
  return gateway;
}

test.each([
  ["/", "text/html; charset=utf-8", FILES["site/index.html"]],
  ["/?as=ana", "text/html; charset=utf-8", FILES["site/index.html"]],
  ["/app.js", "text/javascript; charset=utf-8", FILES["site/app.js"]],
  ["/my%20page.svg", "image/svg+xml", FILES["site/my page.svg"]],
  ["/docs/", "text/html; charset=utf-8", FILES["site/docs/index.html"]],
])("%s is a file of the folder, of type %s, kept by no cache", async (path, type, content) => {
  const { httpUrl } = await start();
  const response = await fetch(httpUrl + path);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe(type);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(await response.text()).toBe(content);
});

test("a HEAD has the file's headers and no body", async () => {
  const { httpUrl } = await start();
  const response = await fetch(`${httpUrl}/app.js`, { method: "HEAD" });
  expect(response.headers.get("content-length")).toBe(String(FILES["site/app.js"].length));
  expect(await response.text()).toBe("");
});

test("the routes of the API and of the local cloud win over files", async () => {
  const { httpUrl } = await start();
  expect(await (await fetch(`${httpUrl}/api/things`)).text()).toBe("the API's");
  expect((await fetch(`${httpUrl}/_local/`)).status).toBe(404);
});

test("an API that takes everything leaves nothing to the files", async () => {
  const { httpUrl } = await start([makeHttpRoute("$default")]);
  expect(await (await fetch(`${httpUrl}/`)).text()).toBe("the API's");
});

test.each([
  "/../outside.txt",
  "/%2e%2e/outside.txt",
  "/..%2foutside.txt",
  "/..%5coutside.txt",
  "/../site-beside/index.html",
  "//outside.txt",
  "/.env",
  "/app.js%00.html",
  "/%ff",
  "/docs",
  "/nowhere.js",
])("%s is not found", async (path) => {
  const { httpUrl } = await start();
  expect([400, 404]).toContain(await statusOf(httpUrl, path));
});

test("nothing is posted to a file", async () => {
  const { httpUrl } = await start();
  expect((await fetch(`${httpUrl}/`, { method: "POST" })).status).toBe(404);
});

/** `fetch` would tidy the path up. */
const statusOf = (httpUrl: string, path: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(httpUrl);
    request({ hostname, port, path }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on("error", reject)
      .end();
  });
