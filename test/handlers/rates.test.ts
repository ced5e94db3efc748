import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { deploy, type Deployment } from "../support/deployment.ts";
import { composeMetered, type Handlers } from "../support/handlers.ts";
import { Person, type Device } from "./person.ts";

const RATE = 10;

let deployment: Deployment;
let handlers: Omit<Handlers, "postConfirmation">;
beforeAll(async () => {
  deployment = await deploy({
    SENDS_PER_SECOND: String(RATE),
    TYPING_PER_SECOND: String(RATE),
    READS_PER_SECOND: String(RATE),
    JOINS_PER_SECOND: String(RATE),
    LOOKUPS_PER_SECOND: String(RATE),
  });
  handlers = composeMetered(deployment.table);
});
afterAll(() => deployment.stop());

const person = (): Person => new Person(deployment, () => handlers);
/** A function environment that remembers nothing. */
const environment = (): Omit<Handlers, "postConfirmation"> => composeMetered(deployment.table);
/** Stops the handlers' clock, so that nothing comes back while a test asks. */
const stopTime = (): void => {
  vi.spyOn(Date, "now").mockReturnValue(Date.now());
};

interface Pair {
  readonly alice: Person;
  readonly device: Device;
  readonly bob: Person;
  readonly conversationId: string;
}

async function aPair(): Promise<Pair> {
  const [alice, bob] = [person(), person()];
  const device = await alice.connect();
  await bob.connect();
  return { alice, bob, device, conversationId: await alice.conversationWith(bob) };
}

/** What each of many frames at once, met by as many environments in turn, is answered with. */
const pipeline = (
  count: number,
  device: Device,
  frame: Readonly<Record<string, unknown>>,
  environments = count,
) => {
  const started = Array.from({ length: environments }, environment);
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const answer = await device
        .over(() => started[index % started.length]!)
        .send({ ...frame, id: `f${index}` });
      return answer?.type === "error" ? answer.code : answer?.type;
    }),
  );
};

describe("over many function environments", () => {
  it.each([60, 10])(
    "60 sends at once that meet %i of them: a second's worth is stored",
    async (environments) => {
      const { device, conversationId } = await aPair();
      stopTime();
      const frame = { action: "send_message", conversationId, content: "again", afterSeq: 0 };
      const answers = await pipeline(60, device, frame, environments);
      expect(answers.filter((answer) => answer === "ack")).toHaveLength(RATE);
      expect(new Set(answers)).toEqual(new Set(["ack", "RATE_LIMITED"]));
      const { lastSeq } = (await device.act("sync", { conversationId, afterSeq: 0, limit: 100 })) as {
        lastSeq: number;
      };
      expect(lastSeq).toBe(RATE);
    },
  );

  it.each(["typing_start", "mark_read", "sync", "join_conversation", "leave_conversation"])(
    "%s is held to its rate",
    async (action) => {
      const { device, conversationId } = await aPair();
      stopTime();
      const answers = await pipeline(25, device, { action, conversationId, seq: 0, afterSeq: 0 });
      expect(answers.filter((answer) => answer === "ack")).toHaveLength(RATE);
      expect(new Set(answers)).toEqual(new Set(["ack", "RATE_LIMITED"]));
    },
  );

  it.each([
    { route: "GET /api/conversations" },
    { route: "GET /api/conversations/{conversationId}/messages" },
    { route: "POST /api/conversations/{conversationId}/read", body: { seq: 0 } },
    { route: "GET /api/users", query: { userId: "nobody" } },
    { route: "GET /api/presence", query: { userIds: "nobody" } },
    { route: "POST /api/conversations/find-or-create", body: { otherUserId: "nobody" } },
  ])("$route is held to its rate, with Retry-After", async (request) => {
    const { alice, conversationId } = await aPair();
    deployment.passTime(5_000);
    stopTime();
    const answers = await Promise.all(
      Array.from({ length: 25 }, () => {
        const started = environment();
        const again = new Person(deployment, () => started, { sub: alice.id });
        return again.http({ ...request, path: { conversationId } });
      }),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(25 - RATE);
    expect(refused[0]).toMatchObject({ headers: { "retry-after": "1" }, body: { code: "RATE_LIMITED" } });
  });

  it("a hundred people's presence weighs as ten look-ups", async () => {
    const { alice } = await aPair();
    deployment.passTime(5_000);
    stopTime();
    const userIds = Array.from({ length: 100 }, (_, n) => `nobody-${n}`).join(",");
    const ask = () => alice.http({ route: "GET /api/presence", query: { userIds } });
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 429]);
  });
});

describe("in ordinary use", () => {
  it("costs no unit: neither sends nor anything else in an environment that is warm", async () => {
    const { alice, device, bob, conversationId } = await aPair();
    const { meter } = deployment.table;
    const unitsOf = async (run: () => Promise<unknown>): Promise<number> => {
      deployment.passTime(20_000);
      meter.reset();
      await run();
      return meter.writeUnits;
    };
    let seq = 0;
    const send = () =>
      device.act("send_message", {
        conversationId,
        content: "x",
        afterSeq: seq++,
        clientMessageId: `${seq}`,
      });
    await send();
    expect(await unitsOf(send)).toBe(2);
    expect(
      await unitsOf(async () => {
        await send();
        await send();
      }),
    ).toBe(4);
    expect(await unitsOf(() => device.send({ action: "typing_start", conversationId }))).toBe(0);
    expect(await unitsOf(() => device.act("join_conversation", { conversationId }))).toBe(1);
    expect(await unitsOf(() => device.act("sync", { conversationId, afterSeq: 0 }))).toBe(0);
    expect(await unitsOf(() => alice.http({ route: "GET /api/conversations" }))).toBe(0);
    expect(await unitsOf(() => alice.conversationWith(bob))).toBe(0);
  });
});
