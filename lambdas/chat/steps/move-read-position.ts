import type { Caller, Chat } from "../chat.ts";
import { discloses } from "../model/disclosure.ts";
import { planRead } from "../model/head.ts";
import type { Head } from "../model/records.ts";
import { iso } from "../model/times.ts";
import { positionOf } from "../model/views.ts";
import { advanceHead } from "./advance-head.ts";
import { fanOut } from "./fan-out.ts";
import { moveHead } from "./move-head.ts";
import { noticeStray } from "./notice-stray.ts";
import { remember } from "./participate.ts";

const MAX_TRIES = 50;

/** Moves the caller's read position from a head of any age, and tells everybody; answers with the head after it. */
export async function moveReadPosition(chat: Chat, caller: Caller, hint: Head, seq: number): Promise<Head> {
  let head = await reach(chat, hint, seq);
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const now = chat.clock.now();
    const plan = planRead(head, caller.userId, seq, now);
    if (!plan) return head;
    const result = await moveHead(chat, head, plan);
    head = result.head;
    remember(chat, head);
    if (result.type === "moved") {
      await tellReading(chat, caller, head, now);
      return head;
    }
    await chat.clock.pause(chat.random.fraction() * Math.min(100, 2 ** tries));
  }
  throw new Error(`The read position was moved by others ${MAX_TRIES} times in a row.`);
}

/** A message whose sender died before moving the head can be read all the same: the head catches up first. */
async function reach(chat: Chat, head: Head, seq: number): Promise<Head> {
  if (seq <= head.lastSeq) return head;
  const target = await chat.messages.get(head.id, seq);
  const last = target ?? (await chat.messages.listBefore(head.id, null, 1, "strong"))[0];
  if (!last || last.seq <= head.lastSeq) return head;
  const current = (await chat.heads.get(head.id, "strong")) ?? head;
  return (await advanceHead(chat, current, last)).head;
}

async function tellReading(chat: Chat, caller: Caller, head: Head, readAt: number): Promise<void> {
  const all = head.participants.map(({ id }) => id);
  const ids = discloses(head, chat.rules) ? all : [caller.userId];
  const users = await chat.users.getMany(ids, "eventual");
  await noticeStray(chat, caller, users.get(caller.userId), "eventual");
  const { readSeq } = positionOf(head, caller.userId);
  await fanOut(chat, [...users.values()], (_user, connection) =>
    connection.id === caller.connectionId
      ? null
      : {
          type: "messages_read",
          conversationId: head.id,
          userId: caller.userId,
          readSeq,
          readAt: iso(readAt),
        },
  );
}
