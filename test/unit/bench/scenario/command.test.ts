import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";

const COMMAND = new URL("../../../../bench/costs/scenario.ts", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "parley-bill-"));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", COMMAND, ...args], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
};

it("tells the bill, the peaks and what others list, and draws them", () => {
  const picture = join(folder, "bill.svg");
  const { status, stdout } = run("--users", "10000", "--picture", picture);
  expect(status).toBe(0);
  for (const part of ["API Gateway", "metrics under alarms", "new connections", "Sendbird"]) {
    expect(stdout).toContain(part);
  }
  expect(readFileSync(picture, "utf8")).toContain("10,000 users, 50,000 messages a day");
});

it("says in a sentence what was wrong", () => {
  expect(run("--users", "few")).toEqual({
    status: 2,
    stdout: "",
    stderr: "The option --users is a whole number from 0 up, not few.\n",
  });
  expect(run()).toMatchObject({ status: 2, stdout: "" });
  const { status, stderr } = run("--users", "1", "--picture", join(folder, "none", "bill.svg"));
  expect({ status, stderr }).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^The picture was not written: .*\n$/) as string,
  });
});
