import type { Endpoints } from "../support/person.ts";
import { isClientOf } from "./casting.ts";
import { ClientDevice } from "./client-device.ts";
import type { Device, Surroundings } from "./device.ts";
import { found } from "./grouping.ts";
import type { GroupPlan, History } from "./history.ts";
import type { Journal } from "./journal.ts";
import { enter, meet } from "./meeting.ts";
import { Person } from "./person.ts";
import { RawDevice } from "./raw-device.ts";

export interface Member {
  readonly person: Person;
  readonly devices: readonly Device[];
  /** Ids: of the group of the story first, whether they are in it or not. */
  readonly conversations: readonly string[];
  /** With whom they talk by twos. */
  readonly peers: readonly string[];
}

export interface PlayedConversation {
  readonly id: string;
  /** Null: it is of two. */
  readonly group: GroupPlan | null;
  /** The two, or everybody with a device who is, was or could be in the group. */
  readonly members: readonly Member[];
  /** Everybody else who could be in the group. */
  readonly quiet: readonly Person[];
}

export interface Cast {
  readonly members: readonly Member[];
  readonly conversations: readonly PlayedConversation[];
}

export interface CastOptions {
  readonly cloud: Endpoints;
  readonly history: History;
  readonly seed: number;
  /** Begins all user ids: different in each play. */
  readonly name: string;
  readonly tokenSeconds: number;
}

/** Everybody who could be in it, whoever made it first. */
export const peopleOf = ({ members, quiet }: PlayedConversation): readonly Person[] => [
  ...members.map(({ person }) => person),
  ...quiet,
];

/** Makes the users of a history, and their conversations, both sides asking at once. */
export async function gather(options: CastOptions, around: Surroundings): Promise<Cast> {
  const { cloud, history, name, seed, tokenSeconds } = options;
  const { journal } = around;
  const people = history.devices.map((_, user) => new Person(cloud, `${name}-u${user}`, tokenSeconds));
  await Promise.all(people.map(enter));
  const pairs = history.peers.map((peer, index) => [peer % (index + 1), index + 1] as const);
  const ids = await Promise.all(
    pairs.map(async ([one, other]) => {
      const [first, second] = await meet(people[one]!, people[other]!);
      if (first !== second) journal.blame("doubled", `two conversations of one pair: ${first}, ${second}`);
      return first;
    }),
  );
  const grouped = history.group && (await gatherGroup(options, journal, history.group, people));
  const isClient = isClientOf(seed);
  const members = people.map((person, user): Member => {
    const own = pairs.flatMap((pair, index) => (pair.includes(user) ? [index] : []));
    const conversations = [...(grouped ? [grouped.id] : []), ...own.map((index) => ids[index]!)];
    const peers = own.map((index) => people[pairs[index]!.find((one) => one !== user)!]!.id);
    const devices = Array.from({ length: history.devices[user]! }, (_, index) => {
      const device = `u${user}/d${index}`;
      return isClient(user, index)
        ? new ClientDevice(device, person, conversations, peers, around)
        : new RawDevice(device, person, conversations, around);
    });
    return { person, devices, conversations, peers };
  });
  const direct = pairs.map(([one, other], index): PlayedConversation => ({
    ...{ id: ids[index]!, group: null, quiet: [] },
    members: [members[one]!, members[other]!],
  }));
  return { members, conversations: [...(grouped ? [{ ...grouped, members }] : []), ...direct] };
}

/** The group of the history, of those who are in it from the beginning. */
async function gatherGroup(
  { cloud, name, tokenSeconds }: CastOptions,
  journal: Journal,
  group: GroupPlan,
  people: readonly Person[],
): Promise<Omit<PlayedConversation, "members">> {
  const quiet = Array.from(
    { length: group.quiet },
    (_, index) => new Person(cloud, `${name}-q${index}`, tokenSeconds),
  );
  await Promise.all(quiet.map(enter));
  const [founder, ...others] = people;
  const members = [...others.filter((_, index) => group.founders[index]), ...quiet];
  const [id, again] = await found(founder!, members, group.history);
  if (id !== again) journal.blame("doubled", `two groups of one id of a client's: ${id}, ${again}`);
  journal.groups.add(id);
  return { id, group, quiet };
}
