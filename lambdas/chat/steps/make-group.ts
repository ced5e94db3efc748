import type { Caller, Chat } from "../chat.ts";
import { newConversationId } from "../model/ids.ts";
import { AS_SENT } from "../model/message-state.ts";
import type { GroupDetails, GroupFacts, MessageRecord } from "../model/records.ts";
import type { GroupHead } from "./append-event.ts";
import { countConversation, uncountConversation } from "./count-conversation.ts";
import { foundGroup, isFounding } from "./found-group.ts";
import type { FoundingMessage } from "./found-group.ts";
import { findUnknown } from "./find-unknown.ts";
import { noSuchUser } from "../model/refusal.ts";

/** A group that somebody means to make. */
export interface GroupDraft extends GroupDetails {
  /** All but the one who makes it. */
  readonly memberIds: readonly string[];
  readonly history: GroupFacts["history"];
  /** The maker's name for this group: with it, one that was made is found again. */
  readonly clientConversationId: string | null;
}

/** How the making ended. */
export interface GroupMade {
  readonly head: GroupHead;
  readonly message: FoundingMessage;
  /** False: an earlier attempt had stored it. */
  readonly isNew: boolean;
}

/**
 * Makes a group, once for each `clientConversationId` of the caller's: their claim decides which conversation it is,
 * its first message what it is. Whoever died on the way is completed by the repeat, or by the worker.
 *
 * @throws Refusal `NOT_FOUND` for a member nobody knows: then nothing is made; `RATE_LIMITED`
 */
export async function makeGroup(chat: Chat, caller: Caller, draft: GroupDraft): Promise<GroupMade> {
  const { clientConversationId: name } = draft;
  const begun = name === null ? null : await chat.groupClaims.get(caller.userId, name);
  const made = begun && (await chat.messages.get(begun, 1));
  if (made && isFounding(made)) return complete(chat, made, false);

  if ((await findUnknown(chat, draft.memberIds)).length > 0) throw noSuchUser();
  const conversationId = begun ?? (await claim(chat, caller.userId, name));
  const message: FoundingMessage = {
    ...{ conversationId, seq: 1, senderId: caller.userId, ...AS_SENT, content: "", clientMessageId: null },
    system: {
      event: "created",
      userIds: draft.memberIds,
      ...{ title: draft.title, avatarUrl: draft.avatarUrl, metadata: draft.metadata, history: draft.history },
    },
    attemptId: Buffer.from(chat.random.bytes(9)).toString("base64url"),
    createdAt: chat.clock.now(),
  };
  const put = await chat.messages.put(message);
  const stored: MessageRecord = put.type === "stored" ? message : put.by;
  if (!isFounding(stored)) throw new Error(`The first message of ${conversationId} makes no group.`);
  return complete(chat, stored, stored.attemptId === message.attemptId);
}

async function complete(chat: Chat, message: FoundingMessage, isNew: boolean): Promise<GroupMade> {
  const head = isNew ? null : await chat.heads.get(message.conversationId, "strong");
  return { head: head?.group ? (head as GroupHead) : await foundGroup(chat, message), message, isNew };
}

/** Counted before it is made, or many at once would all pass; one that was there after all is not counted. */
async function claim(chat: Chat, userId: string, name: string | null): Promise<string> {
  const counted = await countConversation(chat, userId);
  const conversationId = newConversationId(chat.random.bytes);
  if (name === null) return conversationId;
  const claimed = await chat.groupClaims.claim(userId, name, conversationId);
  if (claimed !== conversationId) await uncountConversation(chat, userId, counted);
  return claimed;
}
