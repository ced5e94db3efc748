import {
  type IPolicyValidationContext,
  type IPolicyValidationPlugin,
  type PolicyValidationPluginReport,
  Stack,
} from "aws-cdk-lib";
import { AwsSolutionsChecks, type NagPack, ServerlessChecks } from "cdk-nag";
import type { IConstruct } from "constructs";
import { ACCEPTED, type AcceptedFinding } from "./accepted-findings.ts";

export interface Finding {
  readonly rule: string;
  /** The resource's path in the construct tree. */
  readonly path: string;
  readonly description: string;
  /** Absent: it stands open. */
  readonly accepted?: AcceptedFinding;
}

/** Everything that cdk-nag's packs AwsSolutions and Serverless find in the stacks, with what is accepted of it. */
export function findIn(app: IConstruct): readonly Finding[] {
  const packs: readonly NagPack[] = [new AwsSolutionsChecks(), new ServerlessChecks()];
  return packs
    .flatMap((pack) => pack.validateScope(app).violations)
    .flatMap(({ ruleName, description, violatingResources }) =>
      violatingResources.map(({ constructPath = "" }) => {
        const accepted = ACCEPTED.find((entry) => covers(entry, ruleName, pathInStack(app, constructPath)));
        const finding = { rule: ruleName, path: constructPath, description };
        return accepted === undefined ? finding : { ...finding, accepted };
      }),
    );
}

/** A finding may be named as `Rule[what was found]`. */
function covers({ rules, on, finding }: AcceptedFinding, ruleName: string, path: string): boolean {
  const [, rule = ruleName, found] = /^([^[]+)\[(.*)\]$/.exec(ruleName) ?? [];
  return rules.includes(rule) && on.test(path) && (found === undefined || (finding?.test(found) ?? false));
}

function pathInStack(app: IConstruct, path: string): string {
  const stacks = app.node.findAll().filter((construct) => Stack.isStack(construct));
  const stack = stacks.find(({ node }) => path.startsWith(`${node.path}/`));
  return path.slice(stack === undefined ? 0 : stack.node.path.length + 1).replace(/\/Resource$/, "");
}

/** Fails the synthesis for every finding that stands open: the packs' warnings too. */
export class SecurityChecks implements IPolicyValidationPlugin {
  readonly name = "Security checks";
  readonly #app: IConstruct;

  constructor(app: IConstruct) {
    this.#app = app;
  }

  validate(_: IPolicyValidationContext): PolicyValidationPluginReport {
    const open = findIn(this.#app).filter(({ accepted }) => accepted === undefined);
    return {
      success: open.length === 0,
      violations: open.map(({ rule, path, description }) => ({
        ruleName: rule,
        description,
        severity: "error",
        fix: "Mend it, or accept it with a reason in lib/accepted-findings.ts.",
        violatingResources: [{ constructPath: path, locations: ["Properties"] }],
      })),
    };
  }
}
