import type { Head } from "./records.ts";

/**
 * Between whom presence, typing and receipts pass: any two of a conversation, or only those of whom each has
 * written to the other. Reading alone accepts nobody: it is what a stranger would like to hear of.
 */
export type DiscloseTo = "participants" | "acquainted";

/** What a deployment may set of it. */
export interface DisclosureRules {
  readonly discloseTo: DiscloseTo;
}

/** Whether the participants of this conversation learn of each other more than their messages. */
export const discloses = (head: Pick<Head, "participants">, { discloseTo }: DisclosureRules): boolean =>
  discloseTo === "participants" || head.participants.every(({ wrote }) => wrote === true);
