/**
 * What the local cloud makes of each property of each resource type it serves. A property in neither
 * list would change what the deployed app does without changing the local one, so the reader refuses it.
 */
export interface PropertyTable {
  readonly served: readonly string[];
  /** Rights, logs, descriptions, encryption, capacity: of no effect on one machine. */
  readonly withoutLocalEffect: readonly string[];
}

export const TAGS = ["Tags", "Description"];
