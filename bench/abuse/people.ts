import { randomUUID } from "node:crypto";
import { conversationOf } from "../../test/support/cast.ts";
import { Person, tokenFor, type Endpoints } from "../../test/support/person.ts";
import { withLimit } from "../load/paced.ts";

/** Somebody new, who exists. */
export async function newcomer(cloud: Endpoints): Promise<Person> {
  const userId = `user-${randomUUID()}`;
  const person = new Person(cloud, userId, await tokenFor(cloud, { userId }));
  const { status } = await person.get(`/api/users?userId=${userId}`);
  if (status !== 200) throw new Error(`${userId} was not let in: ${status}`);
  return person;
}

/** Many of them. */
export const newcomers = (cloud: Endpoints, count: number): Promise<readonly Person[]> =>
  withLimit(8, Array.from({ length: count }), () => newcomer(cloud));

/** Two people with a conversation. */
export async function aPair(
  cloud: Endpoints,
): Promise<{ readonly alice: Person; readonly bob: Person; readonly conversationId: string }> {
  const [alice, bob] = [await newcomer(cloud), await newcomer(cloud)];
  return { alice, bob, conversationId: await conversationOf(alice, bob) };
}
