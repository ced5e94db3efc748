import { ChatError } from "../index.ts";
import type { ChatClient, ConversationHandle } from "../index.ts";
import { until } from "./until.ts";

/** The conversation with somebody, or a group by id or title, as far as it is known here, without asking the server. */
function knownConversation(client: ChatClient, name: string): ConversationHandle | null {
  const { items } = client.conversations.get();
  const found =
    items.find(({ otherParticipant }) => otherParticipant?.id === name) ??
    items.find(({ id, kind, title }) => kind === "group" && (id === name || title === name));
  return found ? client.conversation(found.id) : null;
}

/**
 * Resolves when the list of conversations has been read, or can no longer be. That begins as soon as the client is
 * online, which may be after an answer over HTTP.
 */
async function loaded({ connection, conversations }: ChatClient): Promise<void> {
  await until(connection, ({ state }) => state === "online" || state === "closed");
  await until(conversations, ({ loading }) => !loading);
}

export type Found =
  | { readonly type: "found"; readonly conversation: ConversationHandle }
  | { readonly type: "offline" }
  /** A sentence. */
  | { readonly type: "refused"; readonly message: string };

/** The conversation with somebody, begun where there is none, or the group of this id or title. */
export async function findConversation(client: ChatClient, userId: string): Promise<Found> {
  const known = knownConversation(client, userId);
  if (known) return { type: "found", conversation: known };
  try {
    return { type: "found", conversation: await client.direct(userId) };
  } catch (cause) {
    if (!(cause instanceof ChatError)) throw cause;
    if (cause.retryable) return { type: "offline" };
    // A group may be meant, whose title is known once the list is loaded.
    await loaded(client);
    const group = knownConversation(client, userId);
    if (group) return { type: "found", conversation: group };
    if (cause.code === "NOT_FOUND") {
      return {
        type: "refused",
        message: `There is no user "${userId}": people exist once they have signed in.`,
      };
    }
    return { type: "refused", message: cause.message };
  }
}
