import type { Chat } from "../chat.ts";
import { guessHead, planAppend } from "../model/head.ts";
import type { GroupFacts, GuessedHead, Head, MessageRecord } from "../model/records.ts";
import { deriveMembers } from "./derive-members.ts";
import { moveHead } from "./move-head.ts";
import { remember } from "./participate.ts";

const MAX_TRIES = 100;

/** How many messages one move of the head may pass: bounds what a repair reads at once. */
const REPAIR_STEP = 200;

/** The head once it covers the message. */
export interface Advanced {
  readonly head: Head;
  /** Whether this call moved the head past the message; false: somebody else had. */
  readonly moved: boolean;
}

/**
 * Makes the head cover a stored message: what is derived from the log is redone until it is so. Done by the
 * sender before its ack, by a repeat, and by the worker. `hint` may be a head of any age.
 */
export async function advanceHead(chat: Chat, hint: Head, message: MessageRecord): Promise<Advanced> {
  let head = hint.lastSeq < message.seq - 1 ? await catchUp(chat, hint, message) : hint;
  for (let tries = 0; tries < MAX_TRIES;) {
    if (!head.guessed && head.lastSeq >= message.seq) {
      remember(chat, head);
      return { head, moved: false };
    }
    const passed = head.lastSeq === message.seq - 1 ? [message] : await missing(chat, head, message);
    if (isGroup(head)) await deriveMembers(chat, head, passed);
    const result = await moveHead(chat, head, planAppend(head, passed));
    if (result.type === "moved" && result.head.lastSeq >= message.seq) {
      remember(chat, result.head);
      return { head: result.head, moved: true };
    }
    head = result.head;
    if (result.type === "moved") continue;
    tries += 1;
    if (tries > 2) await chat.clock.pause(chat.random.fraction() * Math.min(200, 5 * 2 ** tries));
  }
  throw new Error(`The head did not reach message ${message.seq} in ${MAX_TRIES} tries.`);
}

/**
 * Most likely others have moved it to where this message's turn is. In a group that is no guess to make: what lies
 * between says how many there are, and who.
 */
async function catchUp(chat: Chat, hint: Head, message: MessageRecord): Promise<Head | GuessedHead> {
  if (!hint.group) return guessHead(hint, message.seq - 1, message.senderId);
  return (await chat.heads.get(hint.id, "strong")) ?? hint;
}

const isGroup = (head: Head | GuessedHead): head is Head & { readonly group: GroupFacts } =>
  !head.guessed && head.group !== null;

/** A repair reads the slots between before it moves the head over them. */
async function missing(
  chat: Chat,
  head: Head | GuessedHead,
  message: MessageRecord,
): Promise<readonly MessageRecord[]> {
  const count = Math.min(REPAIR_STEP, message.seq - head.lastSeq);
  const messages = await chat.messages.listAfter(head.id, head.lastSeq, count, "strong");
  chat.log.info("head repaired", { conversationId: head.id, from: head.lastSeq, messages: messages.length });
  return messages;
}
