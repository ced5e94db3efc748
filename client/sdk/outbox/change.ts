import type { ConversationSettings } from "../groups.ts";
import type { Metadata } from "../../../lambdas/protocol/objects.ts";

/** What an edit says; what it leaves out stays. */
export interface MessageEdit {
  readonly content?: string;
  /** Ids of participants. */
  readonly mentions?: readonly string[];
  /** null: the message has none from then on. */
  readonly metadata?: Metadata | null;
  /** Only if the message is still at this `rev`; else it is refused with `CONFLICT`. */
  readonly ifRev?: number;
}

/** A change that is to be made, of a message or of what one has set for the conversation: that has no seq. */
export type Change =
  | ({ readonly kind: "edit"; readonly seq: number } & MessageEdit)
  | { readonly kind: "delete"; readonly seq: number }
  | { readonly kind: "react"; readonly seq: number; readonly emoji: string; readonly on: boolean }
  | { readonly kind: "pin"; readonly seq: number; readonly on: boolean }
  | ({ readonly kind: "settings"; readonly seq: 0 } & ConversationSettings);
