import { afterAll, beforeAll } from "vitest";
import { createUserStore } from "../../lambdas/store/users.ts";
import { deploy, type Deployment } from "../support/deployment.ts";
import { loadEntryPoints, type Handlers } from "../support/handlers.ts";
import { Person } from "./person.ts";

/** The entry points over a deployment: whatever test file imports this has its own, from its first test to its last. */
export let deployment: Deployment;
export let handlers: Handlers;

/** From now on functions that remember nothing. */
export async function coldStart(): Promise<void> {
  handlers = await loadEntryPoints();
}

beforeAll(async () => {
  deployment = await deploy();
  await coldStart();
});
afterAll(() => deployment.stop());

/** Somebody with a token, who does not exist before they use it. */
export const person = (claims: Readonly<Record<string, string>> = {}): Person =>
  new Person(deployment, () => handlers, claims);

/** Somebody who exists. */
export async function user(claims: Readonly<Record<string, string>> = {}): Promise<Person> {
  const somebody = person(claims);
  await somebody.http({ route: "GET /api/conversations" });
  return somebody;
}

/** The record as it stands; throws for somebody who does not exist. */
export async function stored({ id }: Person) {
  const record = await createUserStore(deployment.table).get(id, "strong");
  if (!record) throw new Error(`There is no user ${id}.`);
  return record;
}
