import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { ChatClient, ConversationHandle } from "../../index.ts";
import { eventually } from "../../../local/test/support/pace.ts";
import { startParley } from "../../../test/support/start-parley.ts";
import type { RunningCloud } from "../../../test/support/start-parley.ts";
import { People } from "./people.ts";

/** What the local cloud takes at `/_local/faults`. */
type FaultSet = Readonly<Record<string, unknown>>;

/** Two people write to each other over a local cloud with one fault at a time: both have everything, once, in order. */

const EACH = 6;

let cloud: RunningCloud;
let people: People;
beforeAll(async () => {
  cloud = await startParley();
  people = new People(cloud);
});
afterEach(async () => {
  await faults(null);
  await people.leave();
});
afterAll(async () => {
  await cloud?.stop();
});

async function faults(set: FaultSet | null): Promise<void> {
  const response = await fetch(`${cloud.httpUrl}/_local/faults`, {
    method: set === null ? "DELETE" : "POST",
    ...(set !== null && { body: JSON.stringify(set) }),
  });
  expect(response.status).toBe(204);
}

interface Side {
  readonly client: ChatClient;
  readonly conversation: ConversationHandle;
  readonly told: number[];
}

async function side(name: string, other: string): Promise<Side> {
  const client = await people.online(name);
  const conversation = await client.direct(people.id(other));
  const told: number[] = [];
  client.on("new_message", ({ message }) => told.push(message.seq));
  conversation.open();
  const isOpen = (): boolean =>
    conversation.details.get().otherParticipant?.id !== "" && !conversation.messages.get().loading;
  await eventually(() => isOpen() || undefined, "an open conversation");
  return { client, conversation, told };
}

const known = ({ conversation }: Side): readonly (readonly [number, string, string])[] =>
  conversation.messages.get().items.map(({ seq, id, content }) => [seq, id, content] as const);

const database = (error: string): FaultSet => ({ database: { error, share: 0.3 } });
const kill = (when: string, call: number): FaultSet => ({
  kill: { function: "websocket", when, call, times: 3 },
});

test.each<[string, FaultSet]>([
  ["functions killed before they write", kill("before", 2)],
  ["functions killed after they have written", kill("after", 3)],
  [
    "an authorizer killed while sockets are cut",
    { kill: { function: "authorizer", when: "before", call: 1, times: 2 }, cut: "all" },
  ],
  ["a $connect killed while sockets are cut", { ...kill("after", 1), cut: "all" }],
  ["database errors", database("InternalServerError")],
  ["transaction conflicts", database("TransactionConflictException")],
  ["writes that reads do not see yet", { staleReads: 0.5, indexLagMs: 1_000 }],
  ["every push refused", { push: [{ status: 429, share: 1 }] }],
  ["pushes that say that nobody is there", { push: [{ status: 410, share: 0.5 }] }],
  ["deliveries that come late and twice", { stream: { delayMs: 300, duplicateShare: 1 } }],
  ["sockets cut, and their ends lost", { loseDisconnect: 1, cut: "all" }],
])("%s", async (_, set) => {
  people = new People(cloud);
  // Both are known to the server before either writes to the other.
  for (const name of ["alice", "bob"]) await people.online(name).then((client) => client.close());
  const sides = [await side("alice", "bob"), await side("bob", "alice")];
  await faults({ seed: 7, ...set });
  for (let index = 0; index < EACH; index += 1) {
    for (const [at, { conversation }] of sides.entries()) conversation.send({ content: `${at} ${index}` });
    await Promise.race(sides.map(({ conversation }) => changed(conversation)));
  }
  const isSent = ({ conversation }: Side): boolean =>
    conversation.messages.get().items.every(({ state }) => state !== "pending");
  await eventually(() => sides.every(isSent) || undefined, "every send", 60_000);
  await faults(null);
  // One more from each tells of whatever was missed.
  for (const { conversation } of sides) conversation.send({ content: "last" });
  const all = 2 * EACH + 2;
  const isDone = (one: Side): boolean => isSent(one) && known(one).length === all && one.told.length === all;
  await eventually(() => sides.every(isDone) || undefined, "everything on both sides", 60_000);
  const [one, two] = sides;
  expect(known(one!)).toEqual(known(two!));
  expect(known(one!).map(([seq]) => seq)).toEqual(Array.from({ length: all }, (_value, index) => index + 1));
  for (const { told, client } of sides) {
    expect(told).toEqual(known(one!).map(([seq]) => seq));
    expect(client.connection.get().state).toBe("online");
  }
  for (const at of [0, 1]) {
    const own = known(one!).filter(([, , content]) => content.startsWith(`${at} `));
    expect(own.map(([, , content]) => content)).toEqual(
      Array.from({ length: EACH }, (_value, index) => `${at} ${index}`),
    );
  }
});

/** Resolves when something becomes of its messages. */
function changed({ messages }: ConversationHandle): Promise<void> {
  return new Promise((resolve) => {
    const stop = messages.subscribe(() => {
      stop();
      resolve();
    });
  });
}
