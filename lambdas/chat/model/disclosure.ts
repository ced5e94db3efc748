import type { Head } from "./records.ts";

/** Up to so many members a group tells who types, who has read and who is there: beyond, it is noise at a price. */
const MAX_TELLING = 100;

/**
 * Between whom presence, typing and receipts pass: any two of a conversation, or only those of whom each has
 * written to the other. Reading alone accepts nobody: it is what a stranger would like to hear of.
 */
export type DiscloseTo = "participants" | "acquainted";

/** What a deployment may set of it. */
export interface DisclosureRules {
  readonly discloseTo: DiscloseTo;
}

/**
 * Whether the participants of this conversation learn of each other more than their messages. Those of a group have
 * all been let in, and typing and reading belong to what happens there; presence does not, and under `acquainted`
 * passes in no group: between two of its members their own conversation decides.
 */
export const discloses = (head: Pick<Head, "participants">, { discloseTo }: DisclosureRules): boolean =>
  discloseTo === "participants" || head.participants.every(({ wrote }) => wrote === true);

/** Whether a conversation is small enough for its participants to hear of each other all the time. */
export const isSmall = ({ group }: Pick<Head, "group">): boolean =>
  group === null || group.memberCount <= MAX_TELLING;
