/**
 * How sure it is that the service behaves so: its documentation says so; it shows in captured traffic of
 * the service; it was tried with the real SDK or client library; or nobody has verified it yet.
 */
export type Mark = "documented" | "seen" | "ran" | "belief";

export interface Row {
  /** `area.behaviour`, unique; the name of its test begins with it. */
  readonly id: string;
  readonly area: string;
  /** One sentence. */
  readonly behaviour: string;
  readonly mark: Mark;
  readonly source: string;
}

type Unplaced = readonly [id: string, mark: Mark, source: string, behaviour: string];

/** The rows of one area. The ids keep their literal types, so that a test of an unknown row does not compile. */
export function area<const List extends readonly Unplaced[]>(
  name: string,
  list: List,
): readonly (Row & { readonly id: List[number][0] })[] {
  return list.map(([id, mark, source, behaviour]) => ({ id, area: name, behaviour, mark, source }));
}
