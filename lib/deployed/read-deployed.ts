import { type DescribedTable } from "./check-table.ts";
import { FOUNDATIONS_OUTPUT, type Foundations, parseFoundations } from "./foundations.ts";

/** Runs the AWS CLI with these arguments; what it writes, and how it ends. */
export type AskAws = (args: readonly string[]) => {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
};

export type DeployedOutcome =
  | { readonly type: "none" }
  | {
      readonly type: "found";
      readonly foundations: Foundations | null;
      readonly table: DescribedTable | null;
    }
  /** It could not be asked. */
  | { readonly type: "failed"; readonly problem: string };

interface DescribedStacks {
  readonly Stacks: readonly {
    readonly Outputs?: readonly { readonly OutputKey: string; readonly OutputValue: string }[];
  }[];
}

/** What stands in the account under the name of the data stack. */
export function readDeployed(stack: string, ask: AskAws): DeployedOutcome {
  const described = ask(["cloudformation", "describe-stacks", "--stack-name", stack, "--output", "json"]);
  if (described.status !== 0) {
    // CloudFormation has no code of its own for it: "Stack with id … does not exist".
    return /does not exist/.test(described.stderr)
      ? { type: "none" }
      : {
          type: "failed",
          problem: `What is deployed as ${stack} cannot be read: ${described.stderr.trim()}`,
        };
  }
  const { Stacks } = JSON.parse(described.stdout) as DescribedStacks;
  const outputs = new Map((Stacks[0]?.Outputs ?? []).map((output) => [output.OutputKey, output.OutputValue]));
  const name = outputs.get("TableName");
  const table = name === undefined ? null : readTable(name, ask);
  if (table?.type === "failed") return table;
  return {
    type: "found",
    foundations: parseFoundations(outputs.get(FOUNDATIONS_OUTPUT) ?? ""),
    table: table && table.table,
  };
}

function readTable(name: string, ask: AskAws) {
  const described = ask(["dynamodb", "describe-table", "--table-name", name, "--output", "json"]);
  if (described.status !== 0) {
    return {
      type: "failed" as const,
      problem: `The table ${name} of what is deployed cannot be read: ${described.stderr.trim()}`,
    };
  }
  const { Table } = JSON.parse(described.stdout) as { Table: DescribedTable };
  return { type: "found" as const, table: Table };
}
