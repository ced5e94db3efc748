import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { checkDeployment } from "../lib/deployed/check-deployment.ts";
import { LOSSES } from "../lib/deployed/compare-foundations.ts";
import { FOUNDATIONS_OUTPUT, type Foundations, parseFoundations } from "../lib/deployed/foundations.ts";
import type { AskAws } from "../lib/deployed/read-deployed.ts";

const USAGE = `npm run deploy -- --stage <name> [-c key=value]… [--accept ${LOSSES.join("|")}]… [--check] [-- <options of cdk deploy>]

Synthesizes the stage, compares it with what is deployed, and deploys it. It refuses what would lose data, users or
logs unless that is agreed to by its name. With --check it compares alone. The AWS CLI asks what is deployed;
--profile goes to it and to cdk. --output is the folder of the assembly, cdk.out by default.
`;

const REFUSED = 1;
const WRONG = 2;

const say = (line: string) => process.stderr.write(`${line}\n`);

async function main(): Promise<number> {
  const read = readArguments();
  if (read === null) {
    process.stderr.write(USAGE);
    return WRONG;
  }
  const { stage, settings, accepted, profile, output, rest } = read;
  const context = ["-c", `stage=${stage}`, ...settings.flatMap((setting) => ["-c", setting])];
  const synthesis = run("cdk", [
    "synth",
    "--quiet",
    "--no-notices",
    "--output",
    output,
    ...context,
    ...profile,
  ]);
  if (synthesis !== 0) return synthesis;

  const stack = `parley-${stage}-data`;
  const { problems, losses } = await checkDeployment(stack, synthesized(output, stack), {
    askAws: askAws(profile),
  });
  const open = losses.filter(({ name }) => !accepted.includes(name));
  for (const problem of problems) say(problem);
  for (const { sentence } of open) say(sentence);
  if (open.length > 0) {
    const names = [...new Set(open.map(({ name }) => `--accept ${name}`))];
    say(`Nothing was deployed. If it is meant: ${names.join(" ")}`);
  } else if (problems.length > 0) say("Nothing was deployed.");
  if (problems.length > 0 || open.length > 0) return REFUSED;
  if (read.isCheck) {
    say(`Nothing of ${stack} would be lost.`);
    return 0;
  }
  return run("cdk", ["deploy", "--all", "--no-notices", "--app", output, ...profile, ...rest]);
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        stage: { type: "string" },
        context: { type: "string", short: "c", multiple: true, default: [] },
        accept: { type: "string", multiple: true, default: [] },
        check: { type: "boolean", default: false },
        profile: { type: "string" },
        output: { type: "string", default: "cdk.out" },
      },
    });
    const { stage, context, accept, profile } = values;
    const unknown = accept.filter((name) => !(LOSSES as readonly string[]).includes(name));
    if (stage === undefined || unknown.length > 0) return null;
    if (context.some((setting) => setting.startsWith("stage="))) {
      say("The stage is given by --stage alone.");
      return null;
    }
    if (stage === "local") {
      say('The stage local is what "npm start" serves: nothing of it is for an account.');
      return null;
    }
    return {
      stage,
      settings: context,
      accepted: accept,
      isCheck: values.check,
      profile: profile === undefined ? [] : ["--profile", profile],
      output: values.output,
      rest: positionals,
    };
  } catch (error) {
    say((error as Error).message);
    return null;
  }
}

/** Npm puts the project's own programs first into PATH. */
function run(command: string, args: readonly string[]): number {
  const { status, error } = spawnSync(command, args, { stdio: "inherit" });
  if (error !== undefined) say(`${command} cannot be run: ${error.message}`);
  return status ?? REFUSED;
}

const askAws =
  (profile: readonly string[]): AskAws =>
  (args) => {
    const { status, stdout, stderr, error } = spawnSync("aws", [...args, ...profile], { encoding: "utf8" });
    if (error !== undefined)
      return { status: REFUSED, stdout: "", stderr: `the AWS CLI cannot be run (${error.message})` };
    return { status: status ?? REFUSED, stdout, stderr };
  };

function synthesized(output: string, stack: string): Foundations {
  const template = JSON.parse(readFileSync(join(output, `${stack}.template.json`), "utf8")) as {
    Outputs: Record<string, { Value: string }>;
  };
  const foundations = parseFoundations(template.Outputs[FOUNDATIONS_OUTPUT]?.Value ?? "");
  if (foundations === null) throw new Error(`${stack} has no output ${FOUNDATIONS_OUTPUT}.`);
  return foundations;
}

process.exitCode = await main();
