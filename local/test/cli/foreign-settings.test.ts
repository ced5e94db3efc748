import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createSynthesizer } from "../../assembly/synthesize.ts";
import { temporaryFolder } from "../support/folders.ts";
import { connect } from "./socket.ts";
import { FIXTURE, getJson, startFixture } from "./fixture.ts";

/** Where nobody is to connect: it counts who does, and answers nothing. */
async function trap(): Promise<{ readonly url: string; connections(): number }> {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(0, "127.0.0.1");
  onTestFinished(() => {
    server.close();
  });
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, connections: () => connections };
}

/** A home folder whose `~/.aws` sends all calls there. */
function homeWith(endpoint: string): string {
  const home = temporaryFolder();
  mkdirSync(join(home, ".aws"));
  const settings = `use_fips_endpoint = true\nuse_dualstack_endpoint = true\nendpoint_url = ${endpoint}\n`;
  writeFileSync(join(home, ".aws/config"), `[default]\n${settings}[profile other]\n${settings}`);
  return home;
}

/** The fixture's assembly, whatever its environment: these tests are about how it is served. */
async function fixtureAssembly(): Promise<string> {
  const cacheFolder = join(FIXTURE, "../../.local/assemblies");
  const settings = { stage: "local" };
  const synthesis = await createSynthesizer({ folder: FIXTURE, settings, cacheFolder }).synthesize();
  if (synthesis.type === "failed") throw new Error(synthesis.message);
  return synthesis.folder;
}

test.each<[string, (url: string) => Record<string, string>]>([
  [
    "AWS",
    (url) => ({
      HOME: homeWith(url),
      AWS_PROFILE: "other",
      AWS_USE_FIPS_ENDPOINT: "true",
      AWS_USE_DUALSTACK_ENDPOINT: "true",
      AWS_ENDPOINT_URL: url,
      AWS_ENDPOINT_URL_DYNAMODB: url,
      AWS_ENDPOINT_URL_DYNAMODB_STREAMS: url,
      AWS_ENDPOINT_URL_SQS: url,
      AWS_CA_BUNDLE: "/nowhere/ca.pem",
      AWS_REGION: "us-gov-west-1",
      AWS_ACCESS_KEY_ID: "of the machine",
      AWS_SECRET_ACCESS_KEY: "of the machine",
    }),
  ],
  // Node follows these for what is for this machine too, where NO_PROXY does not say otherwise (22.21, 24.5).
  [
    "a proxy",
    (url) => ({
      NODE_USE_ENV_PROXY: "1",
      HTTP_PROXY: url,
      HTTPS_PROXY: url,
      http_proxy: url,
      https_proxy: url,
      NO_PROXY: "",
      no_proxy: "",
    }),
  ],
])("what the machine has set for %s changes nothing, and nobody is asked", async (_, environment) => {
  const away = await trap();
  const cloud = await startFixture({ args: [await fixtureAssembly()], env: environment(away.url) });
  const socket = await connect(cloud.wsUrl, { "x-guest": "ana" });
  socket.send({ action: "note", text: "first" });
  await socket.next("noted");
  expect(await socket.next("streamed")).toEqual({ type: "streamed", text: "first" });
  socket.send({ action: "later" });
  await socket.next("delivered");
  expect(await getJson(`${cloud.httpUrl}/open`)).toMatchObject({ status: 200 });
  const table = await fetch(`${cloud.httpUrl}/_local/state`);
  expect(table.status).toBe(200);
  await cloud.stop();
  expect(away.connections()).toBe(0);
});
