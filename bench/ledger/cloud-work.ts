import { setTimeout as pause } from "node:timers/promises";
import type { InvocationLogEntry } from "../../local/functions/function-log.ts";
import type { Cloud } from "../../local/start/cloud.ts";
import { startDeadline } from "../../local/test/support/pace.ts";
import type { TestTable } from "../../test/support/engine.ts";
import { bySource } from "./stream-sources.ts";
import { openStream, type TableStream } from "./table-stream.ts";

const LOOK_MS = 20;
const LONGEST_MS = 60_000;
const UNDONE = ["", "NotVisible", "Delayed"].map((kind) => `ApproximateNumberOfMessages${kind}`);

/** What the table's stream and the queues have for the worker, and whether it has done it. */
export class CloudWork {
  readonly #cloud: Cloud;
  readonly #stream: TableStream;
  /** Records of the stream that the worker is to be told of, less those it has been told of. */
  #untold = 0;

  private constructor(cloud: Cloud, stream: TableStream) {
    this.#cloud = cloud;
    this.#stream = stream;
  }

  static async open(cloud: Cloud, table: TestTable): Promise<CloudWork> {
    return new CloudWork(cloud, await openStream(table));
  }

  noteInvocation({ cause, records = 0 }: InvocationLogEntry): void {
    if (cause.startsWith("stream ")) this.#untold -= records;
  }

  /** The worker has been told of all that came, the queues are empty, and nothing has come of that. */
  async done(): Promise<void> {
    let isLate = false;
    const deadline = startDeadline(LONGEST_MS, () => (isLate = true));
    try {
      for (;;) {
        const records = bySource(await this.#stream.take()).flat();
        this.#untold += records.length;
        if (records.length === 0 && this.#untold === 0 && (await this.#queued()) === 0) return;
        if (isLate) throw new Error(`The worker has not been told of ${this.#untold} records in a minute.`);
        await pause(LOOK_MS);
      }
    } finally {
      deadline.cancel();
    }
  }

  async #queued(): Promise<number> {
    const counts = await Promise.all(this.#cloud.model().queues.map(({ name }) => this.#undoneIn(name)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async #undoneIn(name: string): Promise<number> {
    const answer = await fetch(this.#cloud.queueUrl, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "AmazonSQS.GetQueueAttributes",
      },
      body: JSON.stringify({
        QueueUrl: `${this.#cloud.queueUrl}/${this.#cloud.model().accountId}/${name}`,
        AttributeNames: UNDONE,
      }),
    });
    if (!answer.ok) throw new Error(`The queue ${name} does not answer: ${await answer.text()}`);
    const { Attributes = {} } = (await answer.json()) as {
      readonly Attributes?: Readonly<Record<string, string>>;
    };
    return UNDONE.reduce((sum, kind) => sum + Number(Attributes[kind] ?? 0), 0);
  }

  close(): void {
    this.#stream.close();
  }
}
