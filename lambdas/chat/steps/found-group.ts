import type { Chat } from "../chat.ts";
import { factsAfter } from "../model/group-facts.ts";
import { planAppend } from "../model/head.ts";
import type { EventMessage } from "../model/membership.ts";
import type { GroupEvent, MessageRecord } from "../model/records.ts";
import type { GroupHead } from "./append-event.ts";
import { deriveStandings } from "./derive-members.ts";
import { remember } from "./participate.ts";

/** The first message of a group: who made it, with whom. */
export type FoundingMessage = MessageRecord & {
  readonly system: Extract<GroupEvent, { readonly event: "created" }>;
};

export const isFounding = (message: EventMessage | MessageRecord): message is FoundingMessage =>
  message.system?.event === "created";

/**
 * Makes of its first message what a group has beside: members and rows, then the head. What has a head is complete;
 * whoever comes by before, a repeat or the worker, does it all again. Answers with the head as it began.
 */
export async function foundGroup(chat: Chat, message: FoundingMessage): Promise<GroupHead> {
  const { conversationId: id, createdAt, system } = message;
  const { title, avatarUrl, metadata, history } = system;
  await deriveStandings(chat, message, 1, createdAt);
  const nothing = {
    ...{ title, avatarUrl, metadata, history },
    ...{ memberCount: 0, membershipSeq: 0, systemCount: 0, systemSeqs: [] },
  };
  const empty: GroupHead = {
    ...{ id, participants: [], group: nothing, createdAt, activityAt: createdAt },
    ...{ lastSeq: 0, lastMessage: null, lastMessageAt: null, largest: 0, lastRev: 0, pins: [] },
  };
  const { positions: _, ...covered } = planAppend(empty, [message]).move.set;
  const head: GroupHead = { ...empty, ...covered, group: factsAfter(nothing, message) };
  await chat.heads.create(head);
  remember(chat, head);
  return head;
}
