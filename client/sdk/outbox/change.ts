/** What an edit says; what it leaves out stays. */
export interface MessageEdit {
  readonly content?: string;
  /** Ids of participants. */
  readonly mentions?: readonly string[];
  readonly metadata?: object | null;
  /** Only if the message is still at this `rev`; else it is refused with `CONFLICT`. */
  readonly ifRev?: number;
}

/** A change of a message that is to be made. */
export type MessageChange =
  | ({ readonly kind: "edit"; readonly seq: number } & MessageEdit)
  | { readonly kind: "delete"; readonly seq: number }
  | { readonly kind: "react"; readonly seq: number; readonly emoji: string; readonly on: boolean }
  | { readonly kind: "pin"; readonly seq: number; readonly on: boolean };
