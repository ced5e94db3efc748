import type { Chat } from "../chat.ts";
import { assumeHead, planAppend } from "../model/head.ts";
import type { HeadPlan } from "../model/head.ts";
import { remember } from "./participate.ts";
import type { Head, MessageRecord } from "../model/records.ts";

const MAX_TRIES = 100;

/** How many messages one move of the head may pass: bounds what a repair reads at once. */
const REPAIR_STEP = 200;

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
  let head = hint.lastSeq < message.seq - 1 ? assumeHead(hint, message.seq - 1, message.senderId) : hint;
  let assumed = head !== hint;
  for (let tries = 0; tries < MAX_TRIES;) {
    if (!assumed && head.lastSeq >= message.seq) {
      remember(chat, head);
      return { head, moved: false };
    }
    const passed = head.lastSeq === message.seq - 1 ? [message] : await missing(chat, head, message);
    const result = await applyPlan(chat, head, planAppend(head, passed));
    if (result.type === "moved" && result.head.lastSeq >= message.seq) {
      remember(chat, result.head);
      return { head: result.head, moved: true };
    }
    head = result.head;
    assumed = false;
    if (result.type === "moved") continue;
    tries += 1;
    if (tries > 2) await chat.clock.pause(chat.random.fraction() * Math.min(200, 5 * 2 ** tries));
  }
  throw new Error(`The head did not reach message ${message.seq} in ${MAX_TRIES} tries.`);
}

/** A repair reads the slots between before it moves the head over them. */
async function missing(chat: Chat, head: Head, message: MessageRecord): Promise<readonly MessageRecord[]> {
  const count = Math.min(REPAIR_STEP, message.seq - head.lastSeq);
  const messages = await chat.messages.listAfter(head.id, head.lastSeq, count, "strong");
  chat.log.info("head repaired", { conversationId: head.id, from: head.lastSeq, messages: messages.length });
  return messages;
}

/** Inbox rows, then steps, then the head: what a head says is already true elsewhere. */
export async function applyPlan(
  chat: Chat,
  head: Head,
  { move, steps, movesRows }: HeadPlan,
): ReturnType<Chat["heads"]["move"]> {
  const { activityAt } = move.set;
  const rows = movesRows && activityAt !== undefined ? head.participants : [];
  await Promise.all([
    ...rows.map(({ id }) => chat.inbox.moveUp(id, head.id, activityAt!)),
    ...steps.map((step) => chat.heads.putReadStep(head.id, step)),
  ]);
  return chat.heads.move(move);
}
