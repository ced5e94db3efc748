import type { ChatClient, ConversationHandle, Message } from "../../index.ts";
import { eventually } from "../../../local/test/support/pace.ts";
import { startParley } from "../../../test/support/start-parley.ts";
import type { RunningCloud } from "../../../test/support/start-parley.ts";
import { People } from "./people.ts";

export interface SoakOptions {
  readonly messages: number;
  /** The messages are spread over it; the faults end with it. */
  readonly seconds: number;
}

export interface SoakOutcome {
  readonly messages: number;
  readonly seconds: number;
  /** From the end of the faults until both had everything. */
  readonly settlingSeconds: number;
  readonly cuts: number;
  readonly kills: number;
  /** Times that a client came online. */
  readonly connects: number;
  readonly tokens: number;
  /** What is not as it must be, in words; nothing if all is well. */
  readonly findings: readonly string[];
}

/** The two-hour limit, compressed. */
const LIFETIME_MS = 20_000;
const TOKEN_SECONDS = 30;

interface Side {
  readonly name: string;
  readonly client: ChatClient;
  readonly conversation: ConversationHandle;
  readonly told: Message[];
  connects: number;
}

/** Two clients write to each other while everything about them breaks: what they know in the end must be the same, and all. */
export async function soak({ messages, seconds }: SoakOptions): Promise<SoakOutcome> {
  const cloud = await startParley({ context: { presenceGraceSeconds: 1 } });
  const people = new People(cloud);
  try {
    let tokens = 0;
    const sides: Side[] = [];
    for (const name of ["alice", "bob"]) await people.online(name).then((client) => client.close());
    for (const [name, other] of [
      ["alice", "bob"],
      ["bob", "alice"],
    ] as const) {
      const client = people.client(name, { expiresInSeconds: TOKEN_SECONDS, counted: () => (tokens += 1) });
      sides.push(await sideOf(name, client, people.id(other)));
    }
    await setFaults(cloud, QUIET);
    const ends = performance.now() + seconds * 1000;
    const weather = storm(cloud, ends);
    const written = await Promise.all(sides.map((side) => write(side, messages / 2, seconds)));
    const { cuts, kills } = await weather;
    await fetch(`${cloud.httpUrl}/_local/faults`, { method: "DELETE" });
    const calm = performance.now();
    const isSettled = ({ conversation }: Side): boolean => {
      const { items, loading } = conversation.messages.get();
      return !loading && items.length >= messages && items.every(({ state }) => state === "sent");
    };
    await eventually(() => sides.every(isSettled) || undefined, "everything on both sides", 60_000).catch(
      () => undefined,
    );
    const settlingSeconds = (performance.now() - calm) / 1000;
    // What came late would be told again now.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    return {
      messages,
      seconds,
      settlingSeconds,
      cuts,
      kills,
      connects: sides.reduce((sum, side) => sum + side.connects, 0),
      tokens,
      findings: findingsOf(sides, written.flat()),
    };
  } finally {
    await people.leave();
    await cloud.stop();
  }
}

async function sideOf(name: string, client: ChatClient, otherId: string): Promise<Side> {
  await client.connect();
  const conversation = await client.direct(otherId);
  const side: Side = { name, client, conversation, told: [], connects: 0 };
  client.on("new_message", ({ message }) => side.told.push(message));
  client.connection.subscribe(() => {
    if (client.connection.get().state === "online") side.connects += 1;
  });
  conversation.open();
  await eventually(() => !conversation.messages.get().loading || undefined, "the conversation");
  await client.conversations.loadMore();
  return side;
}

const QUIET = { seed: 1, loseDisconnect: 0.5, lifetimeMs: LIFETIME_MS };

async function setFaults(cloud: RunningCloud, faults: object): Promise<void> {
  const answer = await fetch(`${cloud.httpUrl}/_local/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(faults),
  });
  if (answer.status !== 204) throw new Error(`faults: ${answer.status} ${await answer.text()}`);
}

/** Sockets cut every few seconds, pushes refused, functions killed before and after their database calls. */
async function storm(cloud: RunningCloud, ends: number): Promise<{ cuts: number; kills: number }> {
  let cuts = 0;
  let kills = 0;
  for (let round = 0; performance.now() < ends; round += 1) {
    await setFaults(cloud, {
      ...QUIET,
      seed: round,
      push: [{ status: ([429, 500] as const)[round % 2], share: 0.3 }],
      kill: { function: "websocket", when: round % 2 ? "after" : "before", call: 1 + (round % 4), times: 2 },
      ...(round % 2 ? { cut: "all" } : {}),
    });
    kills += 2;
    cuts += round % 2;
    await new Promise((resolve) => setTimeout(resolve, 2_500));
  }
  return { cuts, kills };
}

async function write({ name, conversation }: Side, count: number, seconds: number): Promise<string[]> {
  const keys: string[] = [];
  const began = performance.now();
  for (let index = 0; index < count; index += 1) {
    const wait = began + (index * seconds * 1000) / count - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    keys.push(conversation.send({ content: `${name} ${index}` }).key);
  }
  return keys;
}

function findingsOf(sides: readonly Side[], written: readonly string[]): string[] {
  const findings: string[] = [];
  for (const { name, conversation, told } of sides) {
    const { items } = conversation.messages.get();
    if (items.length !== written.length) findings.push(`${name} has ${items.length} of ${written.length}`);
    if (items.some(({ seq }, index) => seq !== index + 1))
      findings.push(`${name}'s log has holes or doubles`);
    if (items.some(({ state }) => state !== "sent")) findings.push(`${name} has unsent ones`);
    const ids = new Set(items.map(({ clientMessageId }) => clientMessageId));
    if (written.some((key) => !ids.has(key))) findings.push(`${name} misses written ones`);
    if (new Set(told.map(({ seq }) => seq)).size !== told.length) findings.push(`${name} was told twice`);
    if (told.some(({ seq }, index) => seq !== index + 1)) findings.push(`${name} was not told each in order`);
    for (const writer of sides) {
      const own = items.filter(({ content }) => content.startsWith(`${writer.name} `));
      const isOrdered = own.every(({ content }, index) => content === `${writer.name} ${index}`);
      if (!isOrdered) findings.push(`${name} has ${writer.name}'s messages out of order`);
    }
  }
  const [one, two] = sides.map(({ conversation }) =>
    JSON.stringify(conversation.messages.get().items.map(({ seq, id, content }) => [seq, id, content])),
  );
  if (one !== two) findings.push("the two differ");
  return findings;
}
