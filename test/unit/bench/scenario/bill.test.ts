import { describe, expect, it } from "vitest";
import { billOf, dollarsOf, OWN_METRICS } from "../../../../bench/costs/scenario/aws-bill.ts";
import { usageOf } from "../../../../bench/costs/scenario/month.ts";
import { peaksOf, secondsToReturn } from "../../../../bench/costs/scenario/peaks.ts";
import { scenarioOf } from "../../../../bench/costs/scenario/scenario.ts";
import { COUNTERS, DISTRIBUTIONS } from "../../../../lambdas/chat/metrics.ts";

/** Two people with two devices each, online all day, and nothing but the messages they send. */
const PAIR = {
  users: 2,
  devices: 2,
  hoursOnline: 24,
  onlineAtPeak: 1,
  sessions: 0,
  peers: 1,
  groups: 0,
  recipientsOnline: 1,
  readAtOnce: 0,
  typing: 0,
  lists: 0,
  openings: 0,
  messagesADay: 1_000,
  messagesABurst: 6,
  stored: 0,
} as const;

const withoutMessages = usageOf(scenarioOf({ ...PAIR, messagesADay: 0 }));

describe("a month", () => {
  it("has five gateway messages and what tests assert for each message of a pair", () => {
    const usage = usageOf(scenarioOf(PAIR));
    const messages = 30_000;
    expect(usage.gatewayMessages - withoutMessages.gatewayMessages).toBe(5 * messages);
    // The message, the head, the step of who answers, and a sixth of the six units of a quarter hour.
    expect((usage.WRU - withoutMessages.WRU) / messages).toBeCloseTo(2 + 1 + 1, 9);
    // Two users' connections, and the worker's look.
    expect((usage.RRU - withoutMessages.RRU) / messages).toBeCloseTo(3, 9);
    expect(usage.invocations - withoutMessages.invocations).toBe(2 * messages);
  });

  it("has a ping and a pong every four minutes, and a new connection every 110", () => {
    const minutes = 2 * 2 * 24 * 60 * 30;
    expect(withoutMessages.connectionMinutes).toBe(minutes);
    expect(withoutMessages.gatewayMessages).toBe((2 * minutes) / 4);
    expect(withoutMessages.doings.connections).toBeCloseTo(minutes / 110, 9);
  });

  it("has receipts that cost as a message does, to all devices but the one that read", () => {
    const usage = usageOf(scenarioOf({ ...PAIR, readAtOnce: 1 }));
    const messages = 30_000;
    expect(usage.doings.marks).toBe(messages);
    expect(usage.gatewayMessages - withoutMessages.gatewayMessages).toBe((5 + 5) * messages);
    // The mark writes two, and the answer has no step to write any more.
    expect((usage.WRU - withoutMessages.WRU) / messages).toBeCloseTo(2 + 1 + 2, 9);
  });

  it("has writes, history, storage and bytes that grow with a message", () => {
    const [short, long] = [200, 2_000].map((messageBytes) =>
      usageOf(scenarioOf({ ...PAIR, messageBytes, openings: 1, stored: 10 })),
    ) as [ReturnType<typeof usageOf>, ReturnType<typeof usageOf>];
    // 2,450 bytes are three units.
    expect(long.WRU - short.WRU).toBe(2 * 30_000);
    expect(long.RRU).toBeGreaterThan(short.RRU);
    expect(long.storedBytes - short.storedBytes).toBe(10 * 1_800);
    expect(long.sentBytes).toBeGreaterThan(short.sentBytes);
  });

  it("has in a group a push for each device that is online", () => {
    const group = { ...PAIR, users: 10, groups: 1, groupSize: 10, recipientsOnline: 0.5 };
    const { doings } = usageOf(scenarioOf(group));
    expect(doings.pushes.ofMessages / doings.messages).toBeCloseTo(1 + 9 * 0.5 * 2, 9);
    const large = { ...group, groupSize: 200, readAtOnce: 1 };
    const { doings: many } = usageOf(scenarioOf(large));
    // A receipt in a group of more than 100 goes to the reader's other device.
    expect(many.pushes.ofMarks).toBeCloseTo(many.marks, 3);
  });

  it("gathers the worker's looks at high rates", () => {
    const busy = usageOf(scenarioOf({ ...PAIR, messagesADay: 10_000_000 }));
    const each = (busy.invocations - withoutMessages.invocations) / busy.doings.messages;
    expect(each).toBeCloseTo(1.01, 9);
  });
});

describe("a bill", () => {
  it("of a quiet month is the sweep, the empty queue and the alarms", () => {
    const bill = billOf(scenarioOf({ users: 0 }));
    const lines = bill.lines.filter(({ dollars }) => dollars > 0);
    expect(lines.map(({ item }) => item)).toEqual([
      "invocations",
      "GB-seconds",
      "read units",
      "requests",
      "metrics under alarms",
    ]);
    expect(bill.dollars).toBeLessThan(5);
    expect(billOf(scenarioOf({ users: 0, freeTier: true })).dollars).toBeLessThan(3.5);
  });

  it("is the sum of its services", () => {
    const bill = billOf(scenarioOf({ users: 20_000, page: true }));
    const services = [...new Set(bill.lines.map(({ service }) => service))];
    expect(services.reduce((sum, service) => sum + dollarsOf(bill, service), 0)).toBeCloseTo(bill.dollars, 6);
    expect(dollarsOf(bill, "Cognito")).toBe(150);
    expect(dollarsOf(bill, "CloudFront")).toBeGreaterThan(0);
    expect(dollarsOf(billOf(scenarioOf({ users: 20_000, identity: "own" })), "Cognito")).toBe(0);
  });

  it("takes free allowances off, never below nothing", () => {
    const given = billOf(scenarioOf({ users: 100, freeTier: true }));
    const listed = billOf(scenarioOf({ users: 100 }));
    expect(given.dollars).toBeLessThan(listed.dollars);
    expect(given.lines.every(({ dollars }) => dollars >= 0)).toBe(true);
  });

  it("has every metric that the functions count", () => {
    expect(OWN_METRICS).toBe(COUNTERS.length + Object.keys(DISTRIBUTIONS).length);
  });
});

it("the busiest hour's rates stand beside the quotas", () => {
  const scenario = scenarioOf({ ...PAIR, busiestHour: 0.1 });
  const peaks = new Map(peaksOf(scenario, usageOf(scenario)).map((peak) => [peak.name, peak]));
  // Each message is a frame and three pushes; its answer is no request. Each connection pings 15 times an hour.
  const frames = 1_000 + 2 * 2 * 24 * 15;
  const asked = frames + 3_000 + (2 * 2 * 24 * 60) / 110;
  expect(peaks.get("requests to API Gateway")?.value).toBeCloseTo((asked * 0.1) / 3_600, 9);
  expect(peaks.get("requests to API Gateway")?.quota).toBe(10_000);
  expect(secondsToReturn(scenarioOf({ users: 1_000_000, onlineAtPeak: 0.1, devices: 1 }))).toBe(200);
});
