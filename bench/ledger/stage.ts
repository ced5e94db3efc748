import type { _Record } from "@aws-sdk/client-dynamodb-streams";
import { readStreamRecord } from "../../lambdas/store/stream-records.ts";
import { Person } from "../../test/handlers/person.ts";
import { deploy, type Deployment } from "../../test/support/deployment.ts";
import { sqsEvent, streamEvent } from "../../test/support/events.ts";
import { composeMetered, type Handlers } from "../../test/support/handlers.ts";
import { CountedSockets } from "./counted-sockets.ts";
import { openStream, type TableStream } from "./table-stream.ts";

/** Everything that operations are run on: the functions, the table, its stream and the worker behind it. */
export class Stage {
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

  static async open(): Promise<Stage> {
    const deployment = await deploy({ MAX_GROUP_MEMBERS: "1000" });
    return new Stage(deployment, await openStream(deployment.table));
  }

  get handlers(): Omit<Handlers, "postConfirmation"> {
    return this.#handlers;
  }

  person(claims?: Readonly<Record<string, string>>): Person {
    return new Person(this.deployment, () => this.#handlers, claims);
  }

  /** The functions remember nothing from now on. */
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

/** As the event sources filter them: what was appended, and the transitions that somebody must hear of. */
function bySource(records: readonly _Record[]): readonly (readonly _Record[])[] {
  const appended: _Record[] = [];
  const transitions: _Record[] = [];
  for (const record of records) {
    const change = readStreamRecord(record.dynamodb ?? {});
    if (change?.type === "stored" || change?.type === "changed") appended.push(record);
    if (
      change?.type === "transition" &&
      !(change.transition.from === "leaving" && change.transition.to === "on")
    )
      transitions.push(record);
  }
  return [transitions, appended];
}

function expectDone(answer: { readonly batchItemFailures: readonly unknown[] } | undefined | void): void {
  if ((answer?.batchItemFailures.length ?? 0) > 0) throw new Error("The worker failed.");
}
