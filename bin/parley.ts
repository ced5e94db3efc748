import { buildApp } from "../lib/parley-app.ts";
import { STAGES } from "../stages/index.ts";

const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;

const outcome = await buildApp({
  stages: STAGES,
  env: { ...(account === undefined ? {} : { account }), ...(region === undefined ? {} : { region }) },
});
if (outcome.type === "failed") {
  for (const problem of outcome.problems) process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
} else {
  // The CDK's check of the templates costs two seconds, too much for a start on one's own machine, and
  // says nothing about `local` that the deployed stages' synthesis and tests do not.
  if (outcome.settings.stage === "local") process.env["CDK_VALIDATION"] = "false";
  outcome.app.synth();
}
