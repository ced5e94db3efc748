import type { ConversationPage, HistoryPage } from "../../../../lambdas/protocol/http-answers.ts";
import type { ChatClient, ConversationHandle, Message } from "../../../index.ts";
import { eventually } from "../../../../local/test/support/pace.ts";
import { startParley } from "../../../../test/support/start-parley.ts";
import { People } from "../people.ts";
import { countedSocket } from "./counted-socket.ts";
import type { SocketCounts } from "./counted-socket.ts";
import { findingsOf } from "./findings.ts";
import type { Seen, Truth } from "./findings.ts";
import { followHeap } from "./heap.ts";
import { calm, injected, setFaults, storm } from "./storm.ts";
import { Watch } from "./watch.ts";

export interface SoakOptions {
  readonly messages: number;
  /** The messages are spread over it; the faults end with it. */
  readonly seconds: number;
  readonly seed: number;
  /** How long tokens live. Below half a minute it is they, not the limit of 20 s, that end a socket. */
  readonly tokenSeconds: number;
}

export interface SoakOutcome {
  /** How often each kind of fault came true. */
  readonly injected: Readonly<Record<string, number>>;
  readonly sockets: SocketCounts;
  readonly cuts: number;
  readonly tokens: number;
  /** Notifications of `messages`, each of which was looked at. */
  readonly notifications: number;
  /** Events `new_message`. */
  readonly told: number;
  /** From the end of the faults until both had everything. */
  readonly settlingSeconds: number;
  /** What the process of both clients held, at ten moments a run, garbage aside. */
  readonly heapMb: readonly number[];
  /** What is not as it must be, in words; nothing if all is well. */
  readonly findings: readonly string[];
}

/** One in so many is marked as read when it comes. */
const READ_EVERY = 5;
/** What came late would be told again by then; and each has another socket, of which the lost events are not missing. */
const QUIET_MS = 25_000;

interface Side {
  readonly name: string;
  readonly client: ChatClient;
  readonly conversation: ConversationHandle;
  readonly watch: Watch;
  readonly refused: string[];
}

/** Two clients write to each other while everything about them breaks: what they know in the end must be the same, and all. */
export async function soak({ messages, seconds, seed, tokenSeconds }: SoakOptions): Promise<SoakOutcome> {
  const cloud = await startParley({ context: { presenceGraceSeconds: 1 } });
  const people = new People(cloud);
  try {
    let tokens = 0;
    const sockets: SocketCounts = { opened: 0, lost: 0, ended: 0, closed: 0 };
    const options = {
      expiresInSeconds: tokenSeconds,
      counted: () => (tokens += 1),
      WebSocket: countedSocket(sockets),
    };
    for (const name of ["alice", "bob"]) await people.online(name).then((client) => client.close());
    await setFaults(cloud, calm(seed));
    const [alice, bob] = [
      await sideOf("alice", people.client("alice", options), people.id("bob")),
      await sideOf("bob", people.client("bob", options), people.id("alice")),
    ];
    const sides = [alice, bob];
    const heap = followHeap((seconds * 1000) / 10);
    const [{ cuts }, ...written] = await Promise.all([
      storm(cloud, [people.id("alice"), people.id("bob")], { seed, seconds }),
      ...sides.map((side) => write(side, messages / 2, seconds)),
    ]);
    const heapMb = heap.stop();
    const faults = await injected(cloud);
    await setFaults(cloud, calm(seed));

    const calmed = performance.now();
    const isSettled = ({ conversation, watch }: Side): boolean => {
      const { items, loading } = conversation.messages.get();
      const isSent = items.every(({ state }) => state === "sent");
      return !loading && isSent && items.length >= messages && watch.told.length >= messages;
    };
    const settled = eventually(() => sides.every(isSettled) || undefined, "everything on both sides", 60_000);
    await settled.catch(() => undefined);
    const settlingSeconds = (performance.now() - calmed) / 1000;
    const compare = async (when: string): Promise<string[]> => {
      const seen = sides.map((side, index) => seenBy(side, written[index] ?? []));
      return findingsOf(seen, await truthOf(people, sides)).map((finding) => `${when}: ${finding}`);
    };
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    const before = await compare("as the storm left it");
    await Promise.all(sides.map(({ conversation }) => conversation.markRead()));
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    const after = await compare("once both have read");
    return {
      injected: faults,
      sockets,
      cuts,
      tokens,
      notifications: sum(sides, ({ watch }) => watch.notifications),
      told: sum(sides, ({ watch }) => watch.told.length),
      settlingSeconds,
      heapMb,
      findings: [
        ...sides.flatMap(({ name, watch, refused }) => [
          ...[...watch.findings].map(([finding, times]) => `${name} ${finding} (${times} times)`),
          ...refused.map((error) => `${name} was refused a reading: ${error}`),
        ]),
        ...before,
        ...after,
      ],
    };
  } finally {
    await people.leave();
    await cloud.stop();
  }
}

const sum = (sides: readonly Side[], of: (side: Side) => number): number =>
  sides.reduce((total, side) => total + of(side), 0);

async function sideOf(name: string, client: ChatClient, otherId: string): Promise<Side> {
  await client.connect();
  const conversation = await client.direct(otherId);
  const side: Side = { name, client, conversation, watch: new Watch(client, conversation), refused: [] };
  client.on("new_message", ({ message }) => {
    if (message.sender.id !== otherId || message.seq % READ_EVERY !== 0) return;
    conversation.markRead(message.seq).catch((cause: unknown) => side.refused.push(String(cause)));
  });
  conversation.open();
  await eventually(() => !conversation.messages.get().loading || undefined, "the conversation");
  return side;
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

const seenBy = ({ name, client, conversation, watch }: Side, written: readonly string[]): Seen => ({
  name,
  items: conversation.messages.get().items,
  listed: client.conversations.get().items.find(({ id }) => id === conversation.id),
  told: watch.told,
  written,
});

/** Read by way of HTTP, by nobody's client. */
async function truthOf(people: People, sides: readonly Side[]): Promise<Truth> {
  const { id } = sides[0]!.conversation;
  const log: Message[] = [];
  for (let before: string | null = ""; before !== null;) {
    const path: string = `/api/conversations/${id}/messages?limit=100&markRead=false${before && `&before=${before}`}`;
    const page: Pick<HistoryPage, "messages" | "nextBefore"> = await people.get(sides[0]!.name, path);
    log.unshift(...page.messages);
    before = page.nextBefore;
  }
  const listed = sides.map(async ({ name }) => {
    const page = await people.get<ConversationPage>(name, "/api/conversations");
    return [name, page.conversations.find((item) => item.id === id)] as const;
  });
  return { log, listed: new Map(await Promise.all(listed)) };
}
