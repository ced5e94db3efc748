import type { Foundations } from "./foundations.ts";

/** What may be agreed to, by name (`--accept`). */
export const LOSSES = ["issuer", "table", "pool", "retention", "record"] as const;

/** What a deployment would take away from what is there. */
export interface Loss {
  readonly name: (typeof LOSSES)[number];
  readonly sentence: string;
}

/** In what the deployed stage would lose something; nothing that only becomes safer is among it. */
export function compareFoundations(deployed: Foundations, next: Foundations): readonly Loss[] {
  const losses: Loss[] = [];
  const lose = (name: Loss["name"], sentence: string) => losses.push({ name, sentence });
  if (deployed.issuer !== next.issuer) {
    lose(
      "issuer",
      `The issuer would change from ${deployed.issuer} to ${next.issuer}: whoever signs in would be somebody new, and nobody's conversations would be found again (settings "oidcIssuer", "stage").`,
    );
  }
  if (deployed.table !== next.table) {
    lose(
      "table",
      `The table would be another, and empty: it is ${deployed.table}, and would be ${next.table}.`,
    );
  }
  if (deployed.pool !== null && next.pool !== null && deployed.pool !== next.pool) {
    lose(
      "pool",
      `The user pool would be another, without its users: it is ${deployed.pool}, and would be ${next.pool}.`,
    );
  }
  if (!deployed.disposable && next.disposable) {
    lose("retention", 'Table, pool and logs would no longer be kept: "disposable" would become true.');
  }
  if (deployed.pointInTimeRecovery && !next.pointInTimeRecovery) {
    lose(
      "retention",
      'The table could no longer be restored to a time, nor to one that has been: "pointInTimeRecovery" would become false.',
    );
  }
  if (deployed.logRetentionDays > next.logRetentionDays) {
    lose(
      "retention",
      `Logs would be kept for ${next.logRetentionDays} days in place of ${deployed.logRetentionDays}, and what is older be gone: "logRetentionDays".`,
    );
  }
  return losses;
}
