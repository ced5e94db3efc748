import { describe, expect, it } from "vitest";
import { synthesizeStacks } from "./synthesize.ts";

const ANYWHERE = { account: "unknown-account", region: "unknown-region" };
const HERE = { account: "123456789012", region: "eu-west-1" };
const whereabouts = (env: typeof HERE | undefined, stage: string) =>
  synthesizeStacks(env === undefined ? {} : { env }, { stage }).map(({ stackName, environment }) => [
    stackName,
    { account: environment.account, region: environment.region },
  ]);

describe("stages", () => {
  it.each(["local", "dev", "prod"])("%s passes the CDK's own check of its templates", (stage) => {
    const stacks = synthesizeStacks({ checked: true }, { stage });
    expect(stacks.map(({ stackName }) => stackName)).toContain(`parley-${stage}-messaging`);
  });

  it("go to any account and region, or to the one given", () => {
    expect(whereabouts(undefined, "qa")).toEqual([
      ["parley-qa-data", ANYWHERE],
      ["parley-qa-identity", ANYWHERE],
      ["parley-qa-messaging", ANYWHERE],
    ]);
    expect(whereabouts(HERE, "dev")).toEqual([
      ["parley-dev-data", HERE],
      ["parley-dev-identity", HERE],
      ["parley-dev-messaging", HERE],
    ]);
  });

  it("are the same everywhere when local", () => {
    expect(whereabouts(HERE, "local")).toEqual([
      ["parley-local-data", ANYWHERE],
      ["parley-local-messaging", ANYWHERE],
    ]);
  });
});
