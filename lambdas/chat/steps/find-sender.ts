import type { Actor, Chat } from "../chat.ts";
import type { Head } from "../model/records.ts";
import { noSuchConversation } from "../model/refusal.ts";
import type { Standing } from "../model/standing.ts";
import { isSystemUser } from "../model/system-user.ts";
import { findConversation, participate } from "./participate.ts";

/** A conversation and where the one who sends stands in it; null: nowhere, it is the system. */
export interface Sender {
  readonly head: Head;
  readonly standing: Standing | null;
}

/**
 * Who may send: whoever takes part, and the system anywhere.
 *
 * @throws Refusal `NOT_FOUND`, also of a group that its last member has left; `FORBIDDEN`
 */
export async function findSender(
  chat: Chat,
  actor: Actor,
  conversationId: string,
  consistency: "recent" | "strong",
): Promise<Sender> {
  if (!isSystemUser(actor.userId)) return participate(chat, actor, conversationId, consistency);
  const head = await findConversation(chat, conversationId, consistency);
  if (head.group?.memberCount === 0) throw noSuchConversation();
  return { head, standing: null };
}
