import { randomUUID } from "node:crypto";
import { Person, tokenFor, type Endpoints, type Profile } from "./person.ts";
import { notToBeHad, subjectOf } from "./token-command.ts";

export interface Pair {
  readonly alice: Person;
  readonly bob: Person;
  readonly conversationId: string;
}

/** The people of one test. Their ids are their own, so that tests share a cloud without meeting. */
export class Cast {
  readonly #people: Person[] = [];

  constructor(readonly cloud: Endpoints) {}

  /** Somebody who has not authenticated yet, and so does not exist. */
  async stranger(name: string, profile: Profile = {}): Promise<Person> {
    const login = unique(name);
    const token = await tokenFor(this.cloud, { userId: login, ...profile });
    const person = new Person(this.cloud, subjectOf(token), token, login);
    this.#people.push(person);
    return person;
  }

  /** The test is skipped where the issuer chooses ids of its own. */
  async withId(userId: string, profile: Profile = {}): Promise<Person> {
    const token = await tokenFor(this.cloud, { userId, ...profile });
    const person = new Person(this.cloud, subjectOf(token), token);
    if (person.id !== userId) await notToBeHad("The issuer chooses ids of its own.");
    this.#people.push(person);
    return person;
  }

  /** A user: somebody who has authenticated. */
  async user(name: string, profile: Profile = {}): Promise<Person> {
    return this.#known(await this.stranger(name, profile));
  }

  async userWithId(userId: string, profile: Profile = {}): Promise<Person> {
    return this.#known(await this.withId(userId, profile));
  }

  async #known(person: Person): Promise<Person> {
    const { status } = await person.get("/api/conversations?limit=1");
    if (status !== 200) throw new Error(`${person.id} cannot authenticate: ${status}`);
    return person;
  }

  async users(...names: string[]): Promise<Person[]> {
    return Promise.all(names.map((name) => this.user(name)));
  }

  /** Two users with a conversation. */
  async pair(): Promise<Pair> {
    const [alice, bob] = await Promise.all([this.user("alice"), this.user("bob")]);
    return { alice, bob, conversationId: await conversationOf(alice, bob) };
  }

  async leave(): Promise<void> {
    await Promise.all(this.#people.map((person) => person.leave()));
  }
}

export const unique = (name: string): string => `${name}-${randomUUID().slice(0, 8)}`;

export async function conversationOf(one: Person, other: Person): Promise<string> {
  const answer = await one.post<{ conversationId: string }>("/api/conversations/find-or-create", {
    otherUserId: other.id,
  });
  if (answer.status !== 200) throw new Error(`No conversation: ${answer.status} ${answer.text}`);
  return answer.body.conversationId;
}
