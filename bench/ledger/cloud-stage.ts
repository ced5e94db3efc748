import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { join } from "node:path";
import type { InvocationLogEntry } from "../../local/functions/function-log.ts";
import { serviceLimits } from "../../local/gateway/limits.ts";
import type { RequestRecord } from "../../local/records/records.ts";
import { startCloud, type Cloud } from "../../local/start/cloud.ts";
import { within } from "../../local/test/support/pace.ts";
import { REGION, type TestTable } from "../../test/support/engine.ts";
import { Meter } from "../../test/support/meter.ts";
import { CloudCaller, type CloudDevice } from "./cloud-people.ts";
import { CloudWork } from "./cloud-work.ts";
import { endFunctions } from "./functions-processes.ts";
import type { Stage } from "./stage.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Longer than a function goes on what it remembers of a person (50 s) or of a conversation (10 s). */
const FORGOTTEN_MS = 61_000;

/** What the clients see and the cloud's log says; the rest is asked of `/_local/state`. */
export interface CloudCounts {
  /** Both ways, pings and pongs of the operation's own among them. */
  frames: number;
  httpRequests: number;
  loggedBytes: number;
  /** On the clock of `now`; Infinity: nothing was pushed. */
  firstPush: number;
  readonly invocations: InvocationLogEntry[];
}

const nothingYet = (): CloudCounts => ({
  ...{ frames: 0, httpRequests: 0, loggedBytes: 0, firstPush: Infinity, invocations: [] },
});

/** The local cloud with the built functions in processes of their own, over HTTP and sockets. */
export class CloudStage implements Stage {
  readonly cloud: Cloud;
  readonly table: TestTable;
  readonly devices = new Set<CloudDevice>();
  counts = nothingYet();
  readonly #work: CloudWork;
  readonly #realNow = Date.now;
  #waiting: { readonly cause: string; readonly resolve: () => void }[] = [];
  /** Whether functions forget by getting old instead of by ending: nearly all of it, and they stay warm. */
  keepsWarm = false;
  #isToForget = false;
  #ahead = 0;
  #callMs = 0;
  #asDisturbed = "";

  private constructor(cloud: Cloud, table: TestTable, work: CloudWork) {
    this.cloud = cloud;
    this.table = table;
    this.#work = work;
  }

  static async open(): Promise<CloudStage> {
    const listening: { stage?: CloudStage } = {};
    // The clock is moved on by more than a connection may be idle.
    const limits = { ...serviceLimits(), idleMs: Infinity };
    const start = await startCloud({
      ...{ port: 0, ephemeral: true, json: true, dataFolder: "", watch: false, color: false, limits },
      settings: { stage: "local", presenceGraceSeconds: "1", maxGroupMembers: "1000", sweepMinutes: "60" },
      projectFolder: ROOT,
      terminal: {
        ...{ info: () => undefined, gateway: () => undefined, events: () => undefined },
        problem: (text) => process.stderr.write(`${text}\n`),
        functions: {
          line: ({ text }) => listening.stage?.noteLine(text),
          invocation: (entry) => listening.stage?.noteInvocation(entry),
        },
      },
    });
    if (start.type === "failed") throw new Error(start.message);
    const { cloud } = start;
    const table = openTable(cloud);
    listening.stage = new CloudStage(cloud, table, await CloudWork.open(cloud, table));
    return listening.stage;
  }

  noteLine(text: string): void {
    this.counts.loggedBytes += Buffer.byteLength(text) + 1;
  }

  noteInvocation(entry: InvocationLogEntry): void {
    if (entry.outcome !== "ok") process.stderr.write(`${entry.functionName}: ${entry.error ?? "timeout"}\n`);
    this.counts.invocations.push(entry);
    this.#work.noteInvocation(entry);
    const [over, left] = [true, false].map((is) =>
      this.#waiting.filter(({ cause }) => (cause === entry.cause) === is),
    );
    this.#waiting = left ?? [];
    for (const { resolve } of over ?? []) resolve();
  }

  /** The end of the next one of that route. */
  nextInvocation(cause: string): Promise<void> {
    const ended = new Promise<void>((resolve) => this.#waiting.push({ cause, resolve }));
    return within(ended, `the end of ${cause}`);
  }

  /** The clock of the cloud's database calls. */
  now(): number {
    return performance.timeOrigin + performance.now();
  }

  person(claims: Readonly<Record<string, string>> = {}): CloudCaller {
    return new CloudCaller(this, claims);
  }

  async connectAll(userIds: readonly string[]): Promise<void> {
    for (const sub of userIds) await this.person({ sub }).connect();
  }

  forget(): void {
    if (this.keepsWarm) this.passTime(FORGOTTEN_MS);
    else this.#isToForget = true;
  }

  passTime(ms: number): void {
    this.#ahead += ms;
    Date.now = () => this.#realNow() + this.#ahead;
  }

  set callMs(ms: number) {
    this.#callMs = ms;
  }

  /** The functions' memory and clocks, and how long a call to the database takes at least, are as they were told to be. */
  async disturb(): Promise<void> {
    if (this.#isToForget) {
      // One that is at work would be called again with what it was called with.
      await this.#work.done();
      await endFunctions();
    }
    this.#isToForget = false;
    const faults = JSON.stringify({
      ...(this.#callMs === 0 ? {} : { database: { delayMs: this.#callMs } }),
      clockSkewMs: Object.fromEntries(this.cloud.model().functions.map(({ name }) => [name, this.#ahead])),
    });
    if (faults === this.#asDisturbed) return;
    const answer = await fetch(`${this.cloud.httpUrl}/_local/faults`, { method: "POST", body: faults });
    if (!answer.ok) throw new Error(`The faults were refused: ${await answer.text()}`);
    this.#asDisturbed = faults;
  }

  async clear(): Promise<void> {
    await this.rest();
  }

  /** The worker has done all that there is to do, and everybody has what was pushed. */
  async rest(): Promise<void> {
    await this.#work.done();
    await Promise.all([...this.devices].map((device) => device.caughtUp()));
  }

  takeCounts(): CloudCounts {
    const taken = this.counts;
    this.counts = nothingYet();
    return taken;
  }

  /** As the local cloud has counted them. */
  async requestsOf(invocations: readonly InvocationLogEntry[]): Promise<readonly RequestRecord[]> {
    const answer = await fetch(`${this.cloud.httpUrl}/_local/state`);
    const { requests } = (await answer.json()) as { readonly requests: readonly RequestRecord[] };
    return invocations.map(({ requestId }) => {
      const found = requests.find((request) => request.requestId === requestId);
      if (found === undefined) throw new Error("The local cloud no longer has what it counted.");
      return found;
    });
  }

  async stop(): Promise<void> {
    Date.now = this.#realNow;
    await Promise.all([...this.devices].map((device) => device.vanish()));
    this.#work.close();
    this.table.raw.destroy();
    await this.cloud.stop();
  }
}

/** Past the functions; its meter counts nothing. */
function openTable(cloud: Cloud): TestTable {
  const { databaseUrl } = cloud;
  const { tables, region } = cloud.model();
  const [table, ...others] = tables;
  if (table === undefined || others.length > 0) throw new Error("The app has not one table.");
  const raw = new DynamoDBClient({
    ...{ endpoint: databaseUrl, region: region || REGION },
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const client = DynamoDBDocumentClient.from(raw, { marshallOptions: { removeUndefinedValues: true } });
  return { name: table.name, client, raw, url: databaseUrl, meter: new Meter() };
}
