import { createUserStore } from "../../lambdas/store/users.ts";
import { Person, type Device } from "../../test/handlers/person.ts";
import type { Deployment } from "../../test/support/deployment.ts";
import type { TestTable } from "../../test/support/engine.ts";
import { sqsEvent } from "../../test/support/events.ts";
import { composeMetered, type Handlers } from "../../test/support/handlers.ts";
import { freshUserId } from "../../test/support/made-records.ts";

/** A table of its own that holds so much of something, the handlers over it, and somebody who asks them. */
export interface Place {
  readonly size: number;
  readonly deployment: Deployment;
  readonly caller: Person;
  /** One of the caller's; the others only hear. */
  readonly device: Device;
  /** Of the caller and a peer, or the group. */
  readonly conversationId: string;
  /** Of a conversation of two; in a group any other member. */
  readonly peerId: string;
  /** The conversation's last seq. */
  tail: number;
  handlers(): Omit<Handlers, "postConfirmation">;
  /** The HTTP function forgets everything but who the caller is. */
  forget(): Promise<void>;
}

/** What all places are made from: `open` is given a table that is still empty. */
export async function openPlace(
  deployed: Deployment,
  size: number,
  fill: (
    table: TestTable,
    person: () => Person,
  ) => Promise<Pick<Place, "caller" | "device" | "conversationId" | "peerId" | "tail">>,
): Promise<Place> {
  const table = await deployed.engine.createTable();
  const deployment: Deployment = { ...deployed, table };
  const compose = (): Omit<Handlers, "postConfirmation"> => {
    process.env["TABLE_NAME"] = table.name;
    return composeMetered(table);
  };
  let composed = compose();
  const filled = await fill(table, () => new Person(deployment, () => composed));
  const place: Place = {
    size,
    deployment,
    ...filled,
    handlers: () => composed,
    async forget() {
      composed = { ...composed, http: compose().http };
      await become(place);
    },
  };
  await become(place);
  return place;
}

/** What knowing somebody costs is not counted. */
const become = ({ caller }: Place): Promise<unknown> =>
  caller.http({ route: "GET /api/users", query: { userId: caller.id } });

/** Somebody who exists and has met nobody. */
export async function somebodyNew({ deployment }: Place): Promise<string> {
  const userId = freshUserId();
  await createUserStore(deployment.table).saveClaims(userId, {});
  return userId;
}

/** As many as the queue hands over at once, at most. */
const TASKS_AT_ONCE = 10;

/** Runs what was left to the worker, and what the worker leaves to itself, to the end. */
export async function drainTasks(place: Place): Promise<void> {
  const { queue } = place.deployment;
  for (let tasks = queue.take(); tasks.length > 0; tasks = queue.take()) {
    for (let at = 0; at < tasks.length; at += TASKS_AT_ONCE) {
      const some = tasks.slice(at, at + TASKS_AT_ONCE).map(({ task }) => task);
      const failed = await place.handlers().worker(sqsEvent(some));
      if ((failed?.batchItemFailures.length ?? 0) > 0) throw new Error("The worker failed at a task.");
    }
  }
}
