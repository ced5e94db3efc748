import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { tokenByCommand } from "../../support/token-command.ts";

const SCRIPT = join(import.meta.dirname, "../../smoke/tokens/cognito.sh");

/** As the AWS CLI: writes down what it is asked, knows the users that were made, gives a token. */
const AWS = `#!/usr/bin/env bash
printf '%s\\n' "$*" >> "$CALLS"
case "$2" in
  admin-get-user) grep -q "admin-create-user.* $6 " "$CALLS" ;;
  list-users) printf 'smoke-a\\tsmoke-b\\n' ;;
  initiate-auth) echo a.token.of-it ;;
esac
`;

let folder: string;
let calls: string;
const before = { ...process.env };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "parley-aws-"));
  calls = join(folder, "calls");
  writeFileSync(calls, "");
  writeFileSync(join(folder, "aws"), AWS);
  chmodSync(join(folder, "aws"), 0o755);
  const path = `${folder}${delimiter}${process.env.PATH ?? ""}`;
  Object.assign(process.env, { PATH: path, CALLS: calls, USER_POOL_ID: "pool", CLIENT_ID: "client" });
});
afterEach(() => {
  process.env = { ...before };
  rmSync(folder, { recursive: true });
});

const called = (): string[] =>
  readFileSync(calls, "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((name) => name !== "");

test("a user of Cognito's is made once, and signs in", async () => {
  for (let time = 0; time < 2; time += 1) {
    expect(await tokenByCommand(SCRIPT, { userId: "alice-1" })).toBe("a.token.of-it");
  }
  const made = ["admin-get-user", "admin-create-user", "admin-set-user-password", "initiate-auth"];
  expect(called()).toEqual([...made, "admin-get-user", "initiate-auth"]);
  expect(readFileSync(calls, "utf8")).toContain("smoke-alice-1@example.com");
});

test("a profile is set before the token is made, as JSON whatever it holds", async () => {
  await tokenByCommand(SCRIPT, {
    userId: "alice-1",
    displayName: 'Al "x"',
    avatarUrl: "https://e.org/1.png",
  });
  const line = readFileSync(calls, "utf8")
    .split("\n")
    .find((one) => one.includes("update-user-attributes"));
  expect(JSON.parse(line?.split("--user-attributes ")[1] ?? "")).toEqual([
    { Name: "name", Value: 'Al "x"' },
    { Name: "picture", Value: "https://e.org/1.png" },
  ]);
});

test.each([
  [{ userId: "alice-1", scope: "parley/admin" }, "A person's client has no scopes"],
  [{ userId: "alice-1", expiresInSeconds: 4 }, "Cognito gives no token shorter"],
  [{ userId: "al ice" }, "Cognito takes no such name"],
])("what Cognito does not give is said: %j", (options, why) => {
  const environment = {
    ...process.env,
    PARLEY_USER: options.userId,
    ...("scope" in options && { PARLEY_SCOPE: options.scope }),
    ...("expiresInSeconds" in options && { PARLEY_EXPIRES_IN: String(options.expiresInSeconds) }),
  };
  try {
    execFileSync(SCRIPT, { env: environment, stdio: "pipe" });
    expect.unreachable();
  } catch (cause) {
    const { status, stderr } = cause as { status: number; stderr: Buffer };
    expect([status, stderr.toString()]).toEqual([3, expect.stringContaining(why) as string]);
  }
  expect(called()).toEqual([]);
});

test("those that were made are removed", () => {
  execFileSync(SCRIPT, ["remove"], { env: process.env });
  expect(called()).toEqual(["list-users", "admin-delete-user", "admin-delete-user"]);
});
