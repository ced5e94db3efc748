import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Cast } from "../support/cast.ts";
import { startParley, type RunningCloud } from "../support/start-parley.ts";

let cloud: RunningCloud;
let cast: Cast;
beforeAll(async () => {
  cloud = await startParley({ context: { sendsPerSecond: 1, typingPerSecond: 1 } });
  cast = new Cast(cloud);
});
afterAll(async () => {
  await cast?.leave();
  await cloud?.stop();
});

/** Enough in a row to be over one a second on any machine these tests run on. */
const MANY = 40;

describe("above the rate", () => {
  test("sends are RATE_LIMITED, stored nowhere, and good again later", async () => {
    const { alice, conversationId } = await cast.pair();
    const device = await alice.connect();
    const frame = { action: "send_message", conversationId, content: "again" };
    let acked = 0;
    for (let count = 0; count < MANY; count += 1) {
      const answer = await device.request(frame);
      if (answer.type === "ack") acked += 1;
      else expect(answer).toMatchObject({ code: "RATE_LIMITED", action: "send_message" });
    }
    expect(acked).toBeGreaterThan(0);
    expect(acked).toBeLessThan(MANY);
    expect((await device.ask("sync", { conversationId, afterSeq: 0, limit: 100 })).lastSeq).toBe(acked);
    await expect.poll(async () => (await device.request(frame)).type, { interval: 250 }).toBe("ack");
  });

  test("an HTTP send is 429 with Retry-After", async () => {
    const { alice, conversationId } = await cast.pair();
    const path = `/api/conversations/${conversationId}/messages`;
    const statuses = new Set<number>();
    for (let count = 0; count < MANY; count += 1) {
      const { status, body, headers } = await alice.post(path, { content: "again" });
      statuses.add(status);
      if (status === 201) continue;
      expect(body).toMatchObject({ code: "RATE_LIMITED", message: expect.any(String) as string });
      expect(Number(headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    }
    expect(statuses).toEqual(new Set([201, 429]));
  });

  test("typing is refused, and sending is counted apart from it", async () => {
    const { alice, conversationId } = await cast.pair();
    const device = await alice.connect();
    const codes = new Set<string>();
    for (let count = 0; count < MANY; count += 1) {
      const answer = await device.request({ action: "typing_start", conversationId });
      codes.add(answer.type === "error" ? answer.code : answer.type);
    }
    expect(codes).toEqual(new Set(["ack", "RATE_LIMITED"]));
    await device.ask("send_message", { conversationId, content: "still free" });
  });
});
