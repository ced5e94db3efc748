import { conversationOf } from "../../test/support/cast.ts";
import { Person, tokenFor, type Endpoints } from "../../test/support/person.ts";
import { withLimit } from "./paced.ts";

export interface Talk {
  readonly conversationId: string;
  /** Indexes of the crowd's people. */
  readonly people: readonly [number, number];
}

export interface Crowd {
  readonly people: readonly Person[];
  readonly talks: readonly Talk[];
}

/** Calls of the preparation at once: not what is measured. */
const AT_ONCE = 8;

/** People who exist, and a conversation for each pair. */
export async function gatherCrowd(
  cloud: Endpoints,
  size: number,
  pairs: readonly (readonly [number, number])[],
): Promise<Crowd> {
  const numbers = Array.from({ length: size }, (_, index) => index);
  const people = await withLimit(AT_ONCE, numbers, async (index) => {
    const userId = `load-${index}`;
    const person = new Person(cloud, userId, await tokenFor(cloud, { userId }));
    const { status } = await person.get("/api/conversations?limit=1");
    if (status !== 200) throw new Error(`${userId} was not let in: ${status}`);
    return person;
  });
  const talks = await withLimit(AT_ONCE, pairs, async ([one, other]): Promise<Talk> => {
    const conversationId = await conversationOf(people[one] as Person, people[other] as Person);
    return { conversationId, people: [one, other] };
  });
  return { people, talks };
}
