import { checkIssuer } from "./check-issuer.ts";
import { checkTable } from "./check-table.ts";
import { compareFoundations, type Loss } from "./compare-foundations.ts";
import type { Foundations } from "./foundations.ts";
import { type AskAws, readDeployed } from "./read-deployed.ts";

export interface Verdict {
  /** What is wrong, whatever is agreed to. */
  readonly problems: readonly string[];
  /** What would be lost, and may be agreed to. */
  readonly losses: readonly Loss[];
}

/** Compares what is to be deployed with what is. */
export async function checkDeployment(
  stack: string,
  next: Foundations,
  { askAws, checkIssuerOf = checkIssuer }: { askAws: AskAws; checkIssuerOf?: typeof checkIssuer },
): Promise<Verdict> {
  const unreachable = next.issuer.startsWith("https:") ? await checkIssuerOf(next.issuer) : null;
  const ofIssuer = unreachable === null ? [] : [unreachable];
  const deployed = readDeployed(stack, askAws);
  switch (deployed.type) {
    case "none":
      return { problems: ofIssuer, losses: [] };
    case "failed":
      return { problems: [...ofIssuer, deployed.problem], losses: [] };
    case "found": {
      const ofTable = deployed.table === null ? [] : checkTable(deployed.table);
      return {
        problems: [...ofIssuer, ...ofTable],
        losses:
          deployed.foundations === null
            ? [unrecorded(stack)]
            : compareFoundations(deployed.foundations, next),
      };
    }
  }
}

const unrecorded = (stack: string): Loss => ({
  name: "record",
  sentence: `${stack} was deployed by a version that kept no record, so that nothing can be compared: look yourself that issuer, table and retention stay, this once.`,
});
