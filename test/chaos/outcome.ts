import { eventually } from "../../local/test/support/pace.ts";
import type { Conversation, Member, Message, Presence } from "../../lambdas/protocol/objects.ts";
import { ClientDevice } from "./client-device.ts";
import type { Device } from "./device.ts";
import type { Person } from "./person.ts";
import type { Journal } from "./journal.ts";
import { Membership } from "./membership.ts";
import type { PlayedConversation } from "./cast.ts";
import type { Play } from "./play.ts";
import { listOf, membersOf, pinsOf, presenceOf, refusalOf, wholeHistory } from "./reading.ts";
import { readStored, type Database, type Stored } from "./stored.ts";
import type { ClientState } from "./running-client.ts";

/** What stands after the storm, as the participants are told it. */
export interface Outcome {
  readonly conversations: readonly ConversationOutcome[];
  /** By user id; as listed, most recent first. */
  readonly lists: ReadonlyMap<string, readonly Conversation[]>;
  /** What each client of ours shows. */
  readonly clients: readonly ClientState[];
  /** By who asks: each of their peers. */
  readonly presence: ReadonlyMap<string, ReadonlyMap<string, Presence>>;
}

export interface ConversationOutcome extends Stored {
  readonly id: string;
  /** Null: of a conversation of two. */
  readonly group: GroupOutcome | null;
  /** Of a group those who are in it at the end. */
  readonly participants: readonly string[];
  /** By one participant's sync from the beginning, strongly consistent: the truth. */
  readonly log: readonly Message[];
  /** The history over HTTP, by participant. */
  readonly histories: ReadonlyMap<string, readonly Message[]>;
  /** What each device knows, by the device's name. */
  readonly devices: ReadonlyMap<string, { readonly userId: string; readonly messages: readonly Message[] }>;
  /** The names of those devices that bring what they know to its changes. */
  readonly following: ReadonlySet<string>;
  /** As the pinned are listed. */
  readonly pins: readonly Message[];
}

export interface GroupOutcome {
  readonly membership: Membership;
  /** As they are listed. */
  readonly members: readonly Pick<Member, "id" | "role">[];
  /** What those who are not in it are answered when they ask for its messages. */
  readonly outsiders: readonly (readonly [userId: string, code: string])[];
}

const DEADLINE_MS = 60_000;
/** Pages of one participant's history, and of the other's: nothing may depend on where they are cut. */
const PAGES = [100, 30] as const;
/** Of a group's members who have no device. */
const QUIET_ASKED = 4;

/** Throws where something is not answered in time: without faults only a machine that is far too busy does that. */
export async function readOutcome(play: Play): Promise<Outcome> {
  const [conversations, lists, presence] = await Promise.all([
    Promise.all(
      play.conversations.map((conversation) =>
        readConversation(play.journal, play.options.cloud, conversation),
      ),
    ),
    Promise.all(
      [...play.members, ...play.conversations.flatMap(quietOnes)].map(async ({ person }) => {
        return [person.id, await answered("a list", () => listOf(play.journal, person))] as const;
      }),
    ),
    Promise.all(
      play.members.map(async ({ person, peers }) => {
        const { presence } = await answered("presence", () => presentOf(person, peers));
        return [person.id, new Map(presence.map(({ userId, ...one }) => [userId, one]))] as const;
      }),
    ),
  ]);
  const clients = play.devices().flatMap((device) => (device instanceof ClientDevice ? [device.state] : []));
  return { conversations, lists: new Map(lists), clients, presence: new Map(presence) };
}

async function readConversation(
  journal: Journal,
  database: Database,
  conversation: PlayedConversation,
): Promise<ConversationOutcome> {
  const { id } = conversation;
  const first = conversation.members[0]!;
  const [log, pins] = await Promise.all([
    readLog(first.devices[0]!, id),
    answered("the pins", () => pinsOf(first.person, id)),
  ]);
  const group = await readGroup(journal, conversation, log);
  const isIn = ({ person }: { readonly person: Person }): boolean =>
    group?.membership.isIn(person.id) !== false;
  const people = [...conversation.members, ...quietOnes(conversation)].filter(isIn);
  const histories = await Promise.all(
    people.map(async ({ person }, index) => {
      const ask = () => wholeHistory(person, id, PAGES[index % PAGES.length]!);
      return [person.id, await answered("a history", ask)] as const;
    }),
  );
  const devices = conversation.members.filter(isIn).flatMap((member) => member.devices);
  return {
    ...(await readStored(database, id)),
    ...{ id, pins, group },
    participants: group
      ? [...(group.membership.last?.roles.keys() ?? [])]
      : people.map(({ person }) => person.id),
    log,
    histories: new Map(histories),
    devices: new Map(
      devices.map((device) => [device.name, { userId: device.person.id, messages: device.known(id) }]),
    ),
    following: new Set(devices.filter((device) => device.followsChanges).map(({ name }) => name)),
  };
}

async function readGroup(
  journal: Journal,
  conversation: PlayedConversation,
  log: readonly Message[],
): Promise<GroupOutcome | null> {
  const { id, group, members } = conversation;
  if (!group) return null;
  const membership = new Membership(group.history, log, journal);
  const outside = [...members, ...quietOnes(conversation)].filter(
    ({ person }) => !membership.isIn(person.id),
  );
  const [listed, outsiders] = await Promise.all([
    answered("the members", () => membersOf(members[0]!.person, id)),
    Promise.all(
      outside.map(async ({ person }) => {
        const ask = () => refusalOf(person, id);
        return [person.id, await answered("somebody who is not in it", ask)] as const;
      }),
    ),
  ]);
  return { membership, members: listed, outsiders };
}

/** Each of many would say the same. */
const quietOnes = ({ quiet }: PlayedConversation) =>
  quiet.slice(0, QUIET_ASKED).map((person) => ({ person }));

async function presentOf(person: Person, peers: readonly string[]) {
  const reply = await presenceOf(person, peers);
  return reply.type === "answer" ? reply.data : null;
}

async function readLog(device: Device, conversationId: string): Promise<readonly Message[]> {
  const log: Message[] = [];
  for (;;) {
    const { messages, hasMore } = await answered("a sync", async () => {
      const reply = await device.askSync(conversationId, log.at(-1)?.seq ?? 0, 100);
      return reply.type === "answer" ? reply.data : null;
    });
    log.push(...messages);
    if (!hasMore) return log;
  }
}

/** Asks again: tokens expire and sockets with them. */
function answered<T>(what: string, ask: () => Promise<T | null>): Promise<T> {
  return eventually(async () => (await ask()) ?? undefined, `an answer to ${what}`, DEADLINE_MS);
}
