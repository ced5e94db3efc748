import type { Caller, Chat } from "../chat.ts";
import { couldBeConversationId } from "../model/ids.ts";
import { belongs } from "../model/membership.ts";
import { AS_SENT } from "../model/message-state.ts";
import type { GroupEvent, GroupFacts, Head, MemberRecord, MessageRecord, Role } from "../model/records.ts";
import { noSuchConversation, notAGroup, notAParticipant } from "../model/refusal.ts";
import { advanceHead } from "./advance-head.ts";

/** The head of a group. */
export type GroupHead = Head & { readonly group: GroupFacts };

/** What a request is judged by, as of the slot its message would take. */
export interface GroupAsOf {
  readonly head: GroupHead;
  /** Who asks, who belongs to the group. */
  readonly actor: MemberRecord & { readonly role: Role };
}

/** What a request comes to: null where all is as it asks already. It may read more, strongly. */
export type JudgeEvent = (asOf: GroupAsOf) => Promise<GroupEvent | null>;

/** How a request to a group ended. */
export interface EventAppended {
  readonly head: GroupHead;
  /** What tells of it in the log; null: nothing has changed. */
  readonly message: MessageRecord | null;
}

const MAX_TRIES = 100;
/** Of messages above the head, one read. */
const MAX_TAIL = 200;

/**
 * Appends what happens to a group to its log, and derives from it who belongs to it. It is judged by what all
 * messages before it make of the group, and stored in the slot behind the last of them or not at all: so no event is
 * ever void, and of two that exclude each other one is.
 *
 * Members are read after the head, and both before the slot is taken: where the slot was empty, nothing that
 * happened later can have been in what was read.
 *
 * @throws Refusal `NOT_FOUND`, `FORBIDDEN`, `CONFLICT` for a conversation of two, and what `judge` throws
 */
export async function appendEvent(
  chat: Chat,
  { userId }: Caller,
  conversationId: string,
  judge: JudgeEvent,
): Promise<EventAppended> {
  if (!couldBeConversationId(conversationId)) throw noSuchConversation();
  const attemptId = Buffer.from(chat.random.bytes(9)).toString("base64url");
  let known: Head | null = null;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    let head: Head | null = known ?? (await chat.heads.get(conversationId, "strong"));
    const asOf = await standIn(chat, head, userId);
    head = asOf.head;
    const event = await judge(asOf);
    if (!event) return { head: asOf.head, message: null };
    const message: MessageRecord = {
      conversationId,
      seq: head.lastSeq + 1,
      senderId: userId,
      ...AS_SENT,
      content: "",
      system: event,
      clientMessageId: null,
      attemptId,
      createdAt: chat.clock.now(),
    };
    const put = await chat.messages.put(message);
    if (put.type === "stored" || put.by.attemptId === attemptId) {
      const stored = put.type === "stored" ? message : put.by;
      ({ head } = await advanceHead(chat, head, stored));
      return { head: head as GroupHead, message: stored };
    }
    chat.metrics.count("AppendConflicts");
    // Whoever stored it, and those behind it, may have died: judged by less, this would be void.
    const tail = await chat.messages.listAfter(conversationId, put.by.seq, MAX_TAIL, "strong");
    known = (await advanceHead(chat, head, tail.at(-1) ?? put.by)).head;
    if (tries >= 1) await chat.clock.pause(chat.random.fraction() * Math.min(200, 5 * 2 ** tries));
  }
  throw new Error(`No event's slot won in ${MAX_TRIES} tries.`);
}

/**
 * Where the user stands in the group, as of its head or later.
 *
 * @throws Refusal `NOT_FOUND`, `FORBIDDEN`, `CONFLICT` for a conversation of two
 */
export async function standIn(chat: Chat, head: Head | null, userId: string): Promise<GroupAsOf> {
  if (!head) throw noSuchConversation();
  if (!isGroup(head))
    throw head.participants.some(({ id }) => id === userId) ? notAGroup() : notAParticipant();
  const actor = await chat.members.get(head.id, userId);
  if (!belongs(actor)) throw notAParticipant();
  return { head, actor };
}

export const isGroup = (head: Head): head is GroupHead => head.group !== null;
