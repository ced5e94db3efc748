/** What was seen of one open question; its id is that of the conformance table's row, where there is one. */
export interface Observation {
  readonly id: string;
  readonly found: string;
}
