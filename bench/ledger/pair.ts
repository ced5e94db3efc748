import { randomUUID } from "node:crypto";
import type { HttpRoute } from "../../lambdas/protocol/routes.ts";
import { seedConversations } from "../../test/support/seed-conversations.ts";
import type { Caller, CallerDevice, Stage } from "./stage.ts";

/** 200 bytes. */
export const CONTENT = "x".repeat(200);
const QUARTER_HOUR_MS = 15 * 60 * 1_000;
/** Each in a quarter hour of its own. */
const CONVERSATIONS = 30;
const MESSAGES = 120;

/** Who asks, in a conversation: over a device or over HTTP. */
export class Asking {
  readonly caller: Caller;
  readonly device: CallerDevice;
  readonly conversationId: string;
  /** The last seq: sends keep it. */
  tail: number;

  constructor(caller: Caller, device: CallerDevice, conversationId: string, tail: number) {
    this.caller = caller;
    this.device = device;
    this.conversationId = conversationId;
    this.tail = tail;
  }

  act(action: string, fields: object = {}, device = this.device): Promise<unknown> {
    return device.act(action, { conversationId: this.conversationId, ...fields });
  }

  /** With `afterSeq` at the tail, unless told otherwise. */
  async send(fields: object = {}, device = this.device): Promise<void> {
    const message = { content: CONTENT, clientMessageId: randomUUID(), afterSeq: this.tail };
    await this.act("send_message", { ...message, ...fields }, device);
    this.tail += 1;
  }

  /** @throws Error if it is refused */
  async ask(
    route: HttpRoute,
    fields: {
      readonly seq?: number;
      readonly query?: Readonly<Record<string, string>>;
      readonly body?: unknown;
    } = {},
    who = this.caller,
  ): Promise<unknown> {
    const { seq, ...rest } = fields;
    const path = { conversationId: this.conversationId, ...(seq === undefined ? {} : { seq: String(seq) }) };
    const { status, body } = await who.http({ route, path, ...rest });
    if (status >= 300) throw new Error(`${route} was answered with ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  /** The functions remember who asks, and the conversation. */
  async remember(): Promise<void> {
    await become(this.caller);
    await this.send();
  }
}

export const become = (who: Caller): Promise<unknown> =>
  who.http({ route: "GET /api/users", query: { userId: who.id } });

/** Two with two devices each, all in the room, and a third who knows the first. */
export interface Pair {
  readonly stage: Stage;
  readonly asking: Asking;
  readonly bob: Caller;
  readonly carol: Caller;
  readonly bobsDevice: CallerDevice;
}

export async function openPair(stage: Stage): Promise<Pair> {
  const [alice, bob, carol] = [stage.person(), stage.person(), stage.person()];
  const devices: CallerDevice[] = [];
  for (const who of [alice, alice, bob, bob]) devices.push(await who.connect());
  const [first, , bobsDevice] = devices as [CallerDevice, CallerDevice, CallerDevice];
  await become(carol);
  const conversationId = await alice.conversationWith(bob);
  const asking = new Asking(alice, first, conversationId, 0);
  for (const device of devices) await asking.act("join_conversation", {}, device);
  const other = await alice.conversationWith(carol);
  await new Asking(alice, first, other, 0).send();
  const times = Array.from(
    { length: CONVERSATIONS },
    (_, index) => Date.now() - (index + 2) * (QUARTER_HOUR_MS + 1),
  );
  await seedConversations(stage.table, alice.id, CONTENT, times);
  for (let seq = 0; seq < MESSAGES; seq += 1) await asking.send({}, seq % 10 === 0 ? bobsDevice : first);
  return { stage, asking, bob, carol, bobsDevice };
}

export const nextQuarterHour = (stage: Stage): void => {
  stage.passTime(QUARTER_HOUR_MS + 1);
};
