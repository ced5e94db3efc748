import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deploy, type Deployment } from "../support/deployment.ts";
import { sqsEvent } from "../support/events.ts";
import { composeMetered, type Handlers } from "../support/handlers.ts";
import { Person, type Device } from "./person.ts";

/** `discloseTo: acquainted`: presence, typing and receipts pass only between two who have both written. */

let deployment: Deployment;
let handlers: Omit<Handlers, "postConfirmation">;
beforeAll(async () => {
  deployment = await deploy({ DISCLOSE_TO: "acquainted" });
  handlers = composeMetered(deployment.table);
});
afterAll(() => deployment.stop());

let alice: Person;
let bob: Person;
let fromAlice: Device;
let fromBob: Device;
let conversationId: string;
beforeEach(async () => {
  [alice, bob] = [person(), person()];
  [fromAlice, fromBob] = [await alice.connect(), await bob.connect()];
  conversationId = await alice.conversationWith(bob);
  for (const device of [fromAlice, fromBob]) await device.act("join_conversation", { conversationId });
  await write(fromAlice, "hello, whoever you are");
});

const person = (): Person => new Person(deployment, () => handlers);
const write = (device: Device, content: string) => device.act("send_message", { conversationId, content });
const HIDDEN = { online: null, lastSeenAt: null, version: null };
const SHOWN = { online: true, lastSeenAt: null, version: 1 };

/** Everything Alice can ask about Bob, and what she is told unasked while he comes, reads and types. */
async function learntByAlice(): Promise<Record<string, unknown>> {
  deployment.management.reset();
  await fromBob.act("typing_start", { conversationId });
  const history = { route: "GET /api/conversations/{conversationId}/messages", path: { conversationId } };
  await bob.http(history);
  const announcement = { userId: bob.id, online: true, at: 1, lastSeenAt: null, version: 1 };
  await handlers.worker(sqsEvent([{ type: "announce", announcement, cursor: null }]));

  const list = (await alice.http({ route: "GET /api/conversations" })).body as {
    conversations: readonly { otherParticipant: unknown; lastMessage: { readAt: string | null } }[];
  };
  const mine = (await alice.http(history)).body as { messages: readonly { readAt: string | null }[] };
  const synced = (await fromAlice.act("sync", { conversationId, afterSeq: 0 })) as typeof mine;
  const joined = (await fromAlice.act("join_conversation", { conversationId })) as {
    participants: readonly { id: string }[];
  };
  const [conversation] = list.conversations;
  return {
    user: (await alice.http({ route: "GET /api/users", query: { userId: bob.id } })).body,
    presence: (await alice.http({ route: "GET /api/presence", query: { userIds: bob.id } })).body,
    listed: conversation?.otherParticipant,
    joined: joined.participants.find(({ id }) => id === bob.id),
    receipts: [conversation?.lastMessage.readAt, mine.messages[0]?.readAt, synced.messages[0]?.readAt].map(
      (readAt) => readAt !== null,
    ),
    events: new Set(fromAlice.received.map(({ type }) => type)),
  };
}

describe("between two of whom one alone has written", () => {
  it("nothing passes but the message: neither presence, nor typing, nor receipts", async () => {
    expect(await learntByAlice()).toMatchObject({
      user: HIDDEN,
      presence: { presence: [] },
      listed: HIDDEN,
      joined: HIDDEN,
      receipts: [false, false, false],
      events: new Set(),
    });
  });

  it("the one who was written to learns no more", async () => {
    await fromAlice.act("typing_start", { conversationId });
    expect(fromBob.received.map(({ type }) => type)).not.toContain("user_typing");
    expect(await bob.http({ route: "GET /api/users", query: { userId: alice.id } })).toMatchObject({
      body: HIDDEN,
    });
  });

  it("reading on purpose accepts nobody; one's own devices hear of it", async () => {
    const second = await bob.connect();
    deployment.management.reset();
    await fromBob.act("mark_read", { conversationId, seq: 1 });
    expect(second.received).toMatchObject([{ type: "messages_read", userId: bob.id, readSeq: 1 }]);
    expect(fromAlice.received).toEqual([]);
    expect(await bob.http({ route: "GET /api/presence", query: { userIds: bob.id } })).toMatchObject({
      body: { presence: [{ userId: bob.id, online: true }] },
    });
  });
});

describe("between two who have both written", () => {
  it("everything passes, also what function environments remember from before", async () => {
    // This environment has seen the conversation without an answer, and is not asked for anything but typing.
    const elsewhere = composeMetered(deployment.table);
    await fromBob.over(() => elsewhere).act("typing_start", { conversationId });
    await write(fromBob, "hello, Alice");
    await write(fromAlice, "how are you");
    expect(await learntByAlice()).toMatchObject({
      user: SHOWN,
      presence: { presence: [{ userId: bob.id, ...SHOWN }] },
      listed: SHOWN,
      joined: SHOWN,
      receipts: [true, true, true],
      events: new Set(["user_typing", "messages_read", "user_online"]),
    });
    deployment.management.reset();
    await fromBob.over(() => elsewhere).act("typing_start", { conversationId });
    expect(fromAlice.received).toMatchObject([{ type: "user_typing", userId: bob.id }]);
  });

  it("and with nobody else: a stranger learns nothing of either", async () => {
    await write(fromBob, "hello, Alice");
    const eve = person();
    await eve.connect();
    await eve.conversationWith(bob);
    expect(await eve.http({ route: "GET /api/users", query: { userId: bob.id } })).toMatchObject({
      body: HIDDEN,
    });
  });
});

it("costs a send no unit: the head says it, which the send moves anyway", async () => {
  const { meter } = deployment.table;
  meter.reset();
  await fromBob.act("send_message", { conversationId, content: "hello, Alice", afterSeq: 1 });
  expect(meter.writeUnits).toBe(2);
  meter.reset();
  await fromBob.act("send_message", { conversationId, content: "are you there", afterSeq: 2 });
  expect(meter.writeUnits).toBe(2);
});
