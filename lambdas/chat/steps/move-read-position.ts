import type { Caller, Chat } from "../chat.ts";
import { planRead } from "../model/head.ts";
import type { GroupFacts, Head, MemberRecord } from "../model/records.ts";
import { notAParticipant } from "../model/refusal.ts";
import { isMember } from "../model/standing.ts";
import type { Participation } from "../model/standing.ts";
import { positionOf } from "../model/views.ts";
import { advanceHead } from "./advance-head.ts";
import { countSystems } from "./count-systems.ts";
import { moveHead } from "./move-head.ts";
import { remember } from "./participate.ts";
import { tellReading } from "./tell-reading.ts";

const MAX_TRIES = 50;

/**
 * Moves the caller's read position from a head of any age (of a group: one read just now), and tells everybody;
 * answers with how it stands after it.
 */
export async function moveReadPosition(
  chat: Chat,
  caller: Caller,
  { head: hint, standing }: Participation,
  seq: number,
): Promise<Participation> {
  const head = await reach(chat, hint, seq);
  return head.group && isMember(standing)
    ? moveOfMember(chat, caller, head, head.group, standing, seq)
    : moveInHead(chat, caller, head, seq);
}

async function moveInHead(chat: Chat, caller: Caller, hint: Head, seq: number): Promise<Participation> {
  let head = hint;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const now = chat.clock.now();
    const plan = planRead(head, caller.userId, seq, now);
    if (!plan) return { head, standing: positionOf(head, caller.userId) };
    const result = await moveHead(chat, head, plan);
    head = result.head;
    remember(chat, head);
    if (result.type === "moved") {
      const standing = positionOf(head, caller.userId);
      await tellReading(chat, caller, head, standing.readSeq, now);
      return { head, standing };
    }
    await chat.clock.pause(chat.random.fraction() * Math.min(100, 2 ** tries));
  }
  throw new Error(`The read position was moved by others ${MAX_TRIES} times in a row.`);
}

/** A member's item is their own: nobody contends for it but their other devices, and the higher position stays. */
async function moveOfMember(
  chat: Chat,
  caller: Caller,
  head: Head,
  facts: GroupFacts,
  member: MemberRecord,
  seq: number,
): Promise<Participation> {
  const readSeq = Math.min(seq, head.lastSeq);
  if (readSeq <= member.readSeq) return { head, standing: member };
  const readSystems = await countSystems(chat, head, facts, readSeq, member);
  const now = chat.clock.now();
  const standing = await chat.members.read(head.id, caller.userId, { readSeq, readSystems, readAt: now });
  if (!standing || standing.role === null) throw notAParticipant();
  if (standing.readSeq === readSeq) await tellReading(chat, caller, head, readSeq, standing.readAt ?? now);
  return { head, standing };
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
