import { useState } from "react";
import type { ChatMessage } from "@parley/client";

/** What is written in the field: something new, an answer, or an own message anew. */
export type Composing =
  | { readonly type: "new" }
  | { readonly type: "reply"; readonly to: ChatMessage }
  | { readonly type: "edit"; readonly message: ChatMessage };

const NEW: Composing = { type: "new" };

/** @param items what may have been deleted meanwhile: nobody answers or edits that */
export function useComposing(items: readonly ChatMessage[]) {
  const [chosen, choose] = useState<Composing>(NEW);
  const target = chosen.type === "new" ? null : chosen.type === "reply" ? chosen.to : chosen.message;
  const now = items.find(({ key }) => key === target?.key);
  const isGone = now !== undefined && now.deletedAt !== null;
  return { composing: isGone ? NEW : chosen, choose, compose: () => choose(NEW) };
}

/** The last that one wrote oneself and can still change. */
export const lastOwn = (items: readonly ChatMessage[], userId: string): ChatMessage | undefined =>
  items.findLast((message) => message.sender.id === userId && isChangeable(message));

/** The server has it, and it is still there. */
export const isChangeable = ({ state, deletedAt }: ChatMessage): boolean =>
  state === "sent" && deletedAt === null;
