import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { synthesizeStacks } from "../synthesize.ts";
import { describedStacks, describedTable, FOUNDATIONS, NO_STACK, TABLE } from "./described.ts";

const ROOT = resolve(import.meta.dirname, "../../..");

/** Programs of these names, each of which plays what it is told: no account, and nothing deployed. */
function startRoom(answers: { readonly stacks: string | null; readonly table?: object }) {
  const folder = mkdtempSync(join(tmpdir(), "parley-deploy-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const programs = join(folder, "programs");
  mkdirSync(programs);
  const play = (name: string, script: string) => {
    writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(programs, name), 0o755);
  };
  writeFileSync(join(folder, "stacks.json"), answers.stacks ?? "");
  writeFileSync(join(folder, "table.json"), describedTable(answers.table ?? TABLE));
  writeFileSync(join(folder, "no-stack"), NO_STACK);
  const missing =
    answers.stacks === null ? `cat ${folder}/no-stack >&2; exit 254` : `cat ${folder}/stacks.json`;
  play("aws", `case $1 in cloudformation) ${missing};; dynamodb) cat ${folder}/table.json;; esac`);
  play("cdk", `printf '%s\\n' "$*" >> ${folder}/cdk`);
  const output = join(folder, "assembly");
  return {
    folder,
    synthesized(settings: Record<string, string>) {
      mkdirSync(output);
      for (const { templateFullPath } of synthesizeStacks({}, settings)) {
        cpSync(templateFullPath, join(output, templateFullPath.split("/").at(-1) ?? ""));
      }
    },
    deploy(...args: string[]) {
      const { status, stderr } = spawnSync(
        process.execPath,
        ["--import", "tsx", join(ROOT, "bin/deploy.ts"), "--output", output, ...args],
        {
          cwd: ROOT,
          encoding: "utf8",
          env: { ...process.env, PATH: `${programs}${delimiter}/bin${delimiter}/usr/bin` },
        },
      );
      const calls = existsSync(join(folder, "cdk")) ? readFileSync(join(folder, "cdk"), "utf8") : "";
      return {
        status,
        stderr,
        calls: calls
          .trim()
          .split("\n")
          .map((line) => line.replaceAll(output, "OUT")),
      };
    },
  };
}

const asDeployed = (change: object = {}) =>
  describedStacks({ TableName: TABLE.TableName, Foundations: JSON.stringify({ ...FOUNDATIONS, ...change }) });
const SYNTH =
  "synth --quiet --no-notices --output OUT -c stage=qa -c disposable=false -c logRetentionDays=90";
const DEPLOY = "deploy --all --no-notices --app OUT";
const QA = ["--stage", "qa", "-c", "disposable=false", "-c", "logRetentionDays=90"];
const KEPT = { stage: "qa", disposable: "false", logRetentionDays: "90" };

describe("npm run deploy", () => {
  it("deploys what it has synthesized where nothing would be lost", () => {
    const room = startRoom({ stacks: asDeployed() });
    room.synthesized(KEPT);
    const { status, stderr, calls } = room.deploy(
      ...QA,
      "--profile",
      "chat",
      "--",
      "--require-approval",
      "never",
    );
    expect([status, stderr]).toEqual([0, ""]);
    expect(calls).toEqual([`${SYNTH} --profile chat`, `${DEPLOY} --profile chat --require-approval never`]);
  });

  it("deploys the first time, and with --check never", () => {
    const room = startRoom({ stacks: null });
    room.synthesized(KEPT);
    expect(room.deploy(...QA, "--check")).toMatchObject({
      status: 0,
      stderr: "Nothing of parley-qa-data would be lost.\n",
      calls: [SYNTH],
    });
    expect(room.deploy(...QA).calls).toEqual([SYNTH, SYNTH, DEPLOY]);
  });

  it("refuses what would lose something, until that is agreed to by its name", () => {
    const room = startRoom({
      stacks: asDeployed({ issuer: "https://login.example.com", pool: null, logRetentionDays: 365 }),
    });
    room.synthesized(KEPT);
    const refused = room.deploy(...QA, "--accept", "retention");
    expect(refused).toMatchObject({ status: 1, calls: [SYNTH] });
    expect(refused.stderr).toMatch(
      /^The issuer would change from https:\/\/login\.example\.com to user-pool/,
    );
    expect(refused.stderr).toMatch(/Nothing was deployed\. If it is meant: --accept issuer\n$/);
    const agreed = room.deploy(...QA, "--accept", "retention", "--accept", "issuer");
    expect(agreed).toMatchObject({ status: 0, calls: [SYNTH, SYNTH, DEPLOY] });
  });

  it("refuses a table without its stream, whatever is agreed to", () => {
    const { StreamSpecification: _, ...still } = TABLE;
    const room = startRoom({ stacks: asDeployed(), table: still });
    room.synthesized(KEPT);
    const refused = room.deploy(...QA, "--accept", "table");
    expect(refused).toMatchObject({ status: 1, calls: [SYNTH] });
    expect(refused.stderr).toMatch(/has no stream .*\nNothing was deployed\.\n$/);
  });

  it.each([
    [[], /^npm run deploy/],
    [["--stage", "qa", "--accept", "everything"], /^npm run deploy/],
    [["--stage", "local"], /^The stage local is what "npm start" serves/],
    [["--stage", "qa", "-c", "stage=dev"], /^The stage is given by --stage alone\./],
    [["--stage", "qa", "--force"], /Unknown option '--force'/],
  ])("says how it is called where it cannot be meant: %j", (args, sentence) => {
    const { status, stderr, calls } = startRoom({ stacks: null }).deploy(...args);
    expect([status, calls]).toEqual([2, [""]]);
    expect(stderr).toMatch(sentence);
  });
});
