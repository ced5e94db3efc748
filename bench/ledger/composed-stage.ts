import type { _Record } from "@aws-sdk/client-dynamodb-streams";
import { Person } from "../../test/handlers/person.ts";
import { deploy, type Deployment } from "../../test/support/deployment.ts";
import { sqsEvent, streamEvent } from "../../test/support/events.ts";
import { composeMetered, type Handlers } from "../../test/support/handlers.ts";
import { CountedSockets } from "./counted-sockets.ts";
import { connectedUsers } from "../growth/places.ts";
import { writeItems } from "../growth/write-items.ts";
import type { TestTable } from "../../test/support/engine.ts";
import type { Stage } from "./stage.ts";
import { bySource } from "./stream-sources.ts";
import { openStream, type TableStream } from "./table-stream.ts";

/** The handlers in this process, over the engine and the table's stream. */
export class ComposedStage implements Stage {
  readonly deployment: Deployment;
  readonly sockets: CountedSockets;
  readonly #stream: TableStream;
  #handlers: Omit<Handlers, "postConfirmation">;

  private constructor(deployment: Deployment, stream: TableStream) {
    this.deployment = deployment;
    this.#stream = stream;
    this.sockets = new CountedSockets(deployment.table.meter);
    this.#handlers = composeMetered(deployment.table, { sockets: this.sockets });
  }

  static async open(): Promise<ComposedStage> {
    const deployment = await deploy({ MAX_GROUP_MEMBERS: "1000" });
    return new ComposedStage(deployment, await openStream(deployment.table));
  }

  get table(): TestTable {
    return this.deployment.table;
  }

  person(claims?: Readonly<Record<string, string>>): Person {
    return new Person(this.deployment, () => this.#handlers, claims);
  }

  connectAll(userIds: readonly string[]): Promise<void> {
    return writeItems(this.table, connectedUsers(userIds));
  }

  passTime(ms: number): void {
    this.deployment.passTime(ms);
  }

  /** Lets go of it: nothing measured comes of what was written past the functions. */
  async clear(): Promise<void> {
    this.deployment.queue.take();
    await this.records();
  }

  forget(): void {
    this.#handlers = composeMetered(this.deployment.table, { sockets: this.sockets });
  }

  /** What the table's stream has told since it was last asked, and is then told to the worker by `work`. */
  records(): Promise<readonly _Record[]> {
    return this.#stream.take();
  }

  /**
   * Has the worker do all that follows from these records, and what follows from that, each batch of a source in an
   * invocation of its own and each job by itself.
   */
  async work(first: readonly _Record[]): Promise<Work> {
    const { queue } = this.deployment;
    const all = [...first];
    let [invocations, received] = [0, 0];
    for (let records = first; ;) {
      for (const batch of bySource(records)) {
        if (batch.length === 0) continue;
        invocations += 1;
        expectDone(await this.#handlers.worker(streamEvent(batch)));
      }
      const tasks = queue.take();
      for (const { task, delaySeconds } of tasks) {
        if (delaySeconds > 0) this.deployment.passTime(delaySeconds * 1_000);
        invocations += 1;
        received += 1;
        expectDone(await this.#handlers.worker(sqsEvent([task])));
      }
      records = await this.#stream.take();
      all.push(...records);
      if (records.length === 0 && tasks.length === 0) return { invocations, received, records: all };
    }
  }

  async stop(): Promise<void> {
    this.#stream.close();
    await this.deployment.stop();
  }
}

export interface Work {
  readonly invocations: number;
  /** Jobs of the queue, each received and deleted. */
  readonly received: number;
  readonly records: readonly _Record[];
}

function expectDone(answer: { readonly batchItemFailures: readonly unknown[] } | undefined | void): void {
  if ((answer?.batchItemFailures.length ?? 0) > 0) throw new Error("The worker failed.");
}
