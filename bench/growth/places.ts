import { randomUUID } from "node:crypto";
import type { Item } from "../../lambdas/store/items.ts";
import { createHeadStore } from "../../lambdas/store/heads.ts";
import type { Person } from "../../test/handlers/person.ts";
import type { Deployment } from "../../test/support/deployment.ts";
import type { TestTable } from "../../test/support/engine.ts";
import { newId } from "../../test/support/events.ts";
import { aGroupHead, freshConversationId } from "../../test/support/made-records.ts";
import { tellGroup } from "../../test/support/seed-group.ts";
import { openPlace, type Place } from "./place.ts";
import { CONTENT, conversationItems, memberItems, userItem } from "./seeded-items.ts";
import { writeItems } from "./write-items.ts";

export interface Contents {
  /** Of the caller, one of them with the messages. */
  readonly conversations: number;
  readonly messages: number;
  /** In the table, besides those; one in ten is online. */
  readonly users: number;
}

/** Rows of one quarter hour cost a page more than those of several. */
const APART_MS = 15 * 60 * 1000 + 1;
const LEASE_MS = 2 * 60 * 60 * 1000;

/** A caller with conversations of two. Both of the one they write in have two devices. */
export const openPairs = (deployed: Deployment, size: number, contents: Contents): Promise<Place> =>
  openPlace(deployed, size, async (table, person) => {
    const [caller, peer] = [person(), person()];
    const device = await caller.connect();
    await caller.connect();
    await peer.connect();
    await peer.connect();
    const conversationId = freshConversationId();
    const at = Date.now();
    const talk = { conversationId, userIds: [caller.id, peer.id], messages: contents.messages, at } as const;
    await writeItems(table, conversationItems(talk, true));
    await writeItems(table, otherConversations(caller, contents.conversations - 1, at));
    await writeItems(table, otherUsers(contents.users, at));
    return { caller, device, conversationId, peerId: peer.id, tail: contents.messages };
  });

function* otherConversations(caller: Person, count: number, now: number): Generator<Item> {
  for (let index = 0; index < count; index += 1) {
    const peerId = randomUUID();
    yield userItem({ id: peerId, handle: "peer", connection: null });
    const at = now - (index + 2) * APART_MS;
    const conversation = { conversationId: freshConversationId(), messages: 1, at };
    yield* conversationItems({ ...conversation, userIds: [caller.id, peerId] }, false);
  }
}

/** Everybody's handle begins alike, which puts them into one partition of the index. */
function* otherUsers(count: number, now: number): Generator<Item> {
  for (let index = 0; index < count; index += 1) {
    const handle = `member-${String(index).padStart(6, "0")}`;
    const connection = index % 10 === 0 ? { id: newId(), lease: now + LEASE_MS, since: now } : null;
    yield userItem({ id: randomUUID(), handle, connection });
  }
}

/** In as many groups of this size as a page of the list shows; only of the first the others are there. */
const GROUPS = 10;
/** More than a page, so that the first one, which names all members, is not in it. */
const MESSAGES = 12;

/** The owner of a group whose members are all online, each with a device outside of its room. */
export const openGroup = (deployed: Deployment, size: number): Promise<Place> =>
  openPlace(deployed, size, async (table, person) => {
    const caller = person();
    const device = await caller.connect();
    const others = Array.from({ length: size - 1 }, () => randomUUID());
    await writeItems(table, connectedUsers(others));
    const conversationId = await makeGroup(table, caller.id, others, others);
    for (let index = 1; index < GROUPS; index += 1) await makeGroup(table, caller.id, others, []);
    for (let seq = 1; seq < MESSAGES; seq += 1)
      await device.act("send_message", { conversationId, content: CONTENT, afterSeq: seq });
    return { caller, device, conversationId, peerId: others[0]!, tail: MESSAGES };
  });

export function* connectedUsers(ids: readonly string[]): Generator<Item> {
  const now = Date.now();
  for (const id of ids)
    yield userItem({ id, handle: "member", connection: { id: newId(), lease: now + LEASE_MS, since: now } });
}

export async function makeGroup(
  table: TestTable,
  owner: string,
  others: readonly string[],
  there: readonly string[],
): Promise<string> {
  const createdAt = Date.now();
  const head = aGroupHead({ createdAt, activityAt: createdAt });
  await createHeadStore(table).create(head);
  const { title, avatarUrl, metadata, history } = head.group!;
  const facts = { title, avatarUrl, metadata, history };
  await tellGroup(table, head.id, owner, { event: "created", userIds: others, ...facts });
  await writeItems(table, memberItems(head, owner, "owner"));
  await writeItems(
    table,
    there.flatMap((id) => [...memberItems(head, id, "member")]),
  );
  return head.id;
}
