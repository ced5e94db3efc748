/** Something a place's caller asks for. What may grow of it stands in `named-growth.ts`, by its name. */
export interface Operation {
  readonly name: string;
  /** Neither counted nor timed, before each time. */
  readonly prepare?: () => Promise<unknown>;
  readonly run: () => Promise<unknown>;
  /** Counted but not timed: what the worker does of it afterwards. */
  readonly after?: () => Promise<unknown>;
  /** Done once at each size, for it takes long or comes once in a quarter hour: its time is not compared. */
  readonly isLong?: boolean;
}
