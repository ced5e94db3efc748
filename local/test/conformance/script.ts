/**
 * What a test asks of the fixture's function: in the header `X-Script`, in a frame's field `script`, or, for
 * `$disconnect`, as the name of the user.
 */
export interface Script {
  /** A URL that answers when the function may go on. */
  readonly gate?: string;
  readonly log?: readonly string[];
  readonly exit?: number;
  readonly hang?: true;
  readonly allocateMb?: number;
  readonly throws?: { readonly name?: string; readonly message: string };
  /** A body of so many characters. */
  readonly fill?: number;
  /** Returned as it is; "nothing" returns undefined. */
  readonly answer?: unknown;
  /** Answers with what this call came to. */
  readonly fetch?: { readonly url: string; readonly method: string; readonly body?: string };
  /** Puts an item into this table, and answers with what the SDK made of it. */
  readonly put?: string;
  /** Answers with the process itself: environment, context, memory. */
  readonly report?: "self";
}
