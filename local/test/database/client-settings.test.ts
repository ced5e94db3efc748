import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, expect, test, vi } from "vitest";
import { clientSettings } from "../../database/client-settings.ts";
import { temporaryFolder } from "../support/folders.ts";
import { startLocalServer } from "../support/local-server.ts";

afterEach(() => vi.unstubAllEnvs());

const IN_THE_FILE = `[default]
use_fips_endpoint = true
use_dualstack_endpoint = true
max_attempts = 1
retry_mode = adaptive
endpoint_discovery_enabled = true
endpoint_url = http://127.0.0.1:1
sdk_ua_app_id = of-the-machine
`;

test.each<[string, Record<string, string>]>([
  ["~/.aws/config", {}],
  ["a profile of it", { AWS_PROFILE: "other" }],
  ["variables", { AWS_USE_FIPS_ENDPOINT: "true", AWS_USE_DUALSTACK_ENDPOINT: "true", AWS_MAX_ATTEMPTS: "1" }],
  ["endpoints", { AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:1" }],
  ["credentials", { AWS_ACCESS_KEY_ID: "of the machine", AWS_SESSION_TOKEN: "of the machine" }],
  [
    "modes",
    { AWS_RETRY_MODE: "adaptive", AWS_DEFAULTS_MODE: "in-region", AWS_SDK_UA_APP_ID: "of-the-machine" },
  ],
])("nothing that %s set for AWS reaches a client of the database", async (_, variables) => {
  const seen: string[] = [];
  const server = await startLocalServer((request, _body, response) => {
    seen.push(JSON.stringify(request.headers));
    response.end("{}");
  });
  const home = temporaryFolder();
  mkdirSync(join(home, ".aws"));
  writeFileSync(join(home, ".aws/config"), IN_THE_FILE + IN_THE_FILE.replace("default", "profile other"));
  vi.stubEnv("HOME", home);
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const client = new DynamoDBClient(clientSettings(server.url, "eu-central-1"));
  await client.send(new ListTablesCommand({}));
  const { useFipsEndpoint, maxAttempts, retryMode } = client.config;
  expect(await useFipsEndpoint()).toBe(false);
  expect(await maxAttempts()).toBe(4);
  expect(typeof retryMode === "function" ? await retryMode() : retryMode).toBe("standard");
  expect(seen).toHaveLength(1);
  expect(seen[0]).toContain("Credential=local/");
  expect(seen[0]).not.toMatch(/of.the.machine/);
  client.destroy();
  await server.close();
});
