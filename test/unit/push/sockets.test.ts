import { afterEach, describe, expect, it, vi } from "vitest";
import { slowness } from "../../../local/test/support/pace.ts";
import type { Push } from "../../../lambdas/chat/ports.ts";
import { createSockets, PUSH_LIMITS } from "../../../lambdas/push/sockets.ts";
import { startManagementServer } from "./management-server.ts";
import type { Behaviour } from "./management-server.ts";

let stop: (() => Promise<void>) | undefined;
afterEach(async () => {
  await stop?.();
  stop = undefined;
});

async function scene(behave: Behaviour, limits = PUSH_LIMITS) {
  const server = await startManagementServer(behave);
  stop = () => server.stop();
  const log = { audit: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  return { ...server, log, sockets: createSockets(server.client, log, limits) };
}

const FRAME = { type: "user_typing", conversationId: "c", userId: "the-secret-user" } as const;
const pushTo = (...ids: readonly string[]): readonly Push[] =>
  ids.map((connectionId) => ({ connectionId, frame: FRAME }));

describe("pushing", () => {
  it("tells what became of each push, in the order of the pushes", async () => {
    const statuses: Readonly<Record<string, number>> = {
      "ok=": 200,
      gone: 410,
      full: 429,
      ill: 500,
      no: 403,
    };
    const { sockets, attempts, log } = await scene((id) => statuses[id] ?? 200);
    await expect(sockets.push(pushTo("gone", "ok=", "full", "ill", "no"))).resolves.toEqual([
      "gone",
      "delivered",
      "failed",
      "failed",
      "failed",
    ]);
    // 429 and 5xx are tried again, twice at most; the rest is final.
    expect(Object.fromEntries(attempts)).toEqual({ "ok=": 1, gone: 1, full: 3, ill: 3, no: 1 });
    expect(log.warn).toHaveBeenCalledTimes(3);
    expect(JSON.stringify(log.warn.mock.calls)).not.toContain("the-secret");
  });

  it("delivers at the second try what failed at the first", async () => {
    const { sockets, attempts } = await scene((_id, attempt) => (attempt === 1 ? 429 : 200));
    await expect(sockets.push(pushTo("a"))).resolves.toEqual(["delivered"]);
    expect(attempts.get("a")).toBe(2);
  });

  it("sends the frame as JSON", async () => {
    const { sockets, bodies } = await scene(() => 200);
    await sockets.push(pushTo("a", "b"));
    expect(bodies).toEqual([`POST ${JSON.stringify(FRAME)}`, `POST ${JSON.stringify(FRAME)}`]);
  });

  it("gives up one that hangs when its time is over, and delays nobody else", async () => {
    const { sockets } = await scene((id) => (id === "slow" ? "hang" : 200), {
      concurrency: 2,
      deadlineMs: Math.ceil(250 * slowness()),
    });
    const began = performance.now();
    const outcomes = await sockets.push(pushTo("slow", "a", "b", "c"));
    expect(outcomes).toEqual(["failed", "delivered", "delivered", "delivered"]);
    expect(performance.now() - began).toBeLessThan(5_000 * slowness());
  });

  it("gives up in haste what hangs, or would be tried again, and says that it is late", async () => {
    const { sockets, log } = await scene((id) => (id === "slow" ? "hang" : id === "full" ? 429 : 200), {
      concurrency: 2,
      deadlineMs: 60_000,
    });
    const began = performance.now();
    // With two at a time, the one behind the two that hang is not even tried.
    const outcomes = await sockets.push(pushTo("a", "slow", "slow", "b"), Math.ceil(300 * slowness()));
    expect(outcomes).toEqual(["delivered", "late", "late", "late"]);
    expect(await sockets.close(["slow"], 50)).toEqual(["failed"]);
    expect(performance.now() - began).toBeLessThan(5_000 * slowness());
    expect(log.warn).not.toHaveBeenCalledWith("push failed", expect.anything());
  });

  it("has no more under way at once than it may, and as many", async () => {
    const waiting: (() => void)[] = [];
    const ids = Array.from({ length: 20 }, (_, index) => `c${index}`);
    let arrived = 0;
    const { sockets, mostUnderWay } = await scene(
      () =>
        new Promise((resolve) => {
          arrived += 1;
          waiting.push(() => resolve(200));
          // Whoever waits goes on when all lanes are taken, or when no more will come.
          if (waiting.length === 4 || arrived > ids.length - 4) for (const go of waiting.splice(0)) go();
        }),
      { concurrency: 4, deadlineMs: 10_000 },
    );
    await expect(sockets.push(pushTo(...ids))).resolves.toEqual(ids.map(() => "delivered"));
    expect(mostUnderWay()).toBe(4);
  });

  it("to nobody asks nobody", async () => {
    const { sockets, bodies } = await scene(() => 500);
    await expect(sockets.push([])).resolves.toEqual([]);
    expect(bodies).toEqual([]);
  });
});

describe("closing", () => {
  it("is done for each, and fails for none", async () => {
    const statuses: Readonly<Record<string, number>> = { ok: 204, gone: 410, ill: 500 };
    const { sockets, bodies, attempts } = await scene((id) => statuses[id] ?? 200);
    await expect(sockets.close(["gone", "ill", "ok"])).resolves.toEqual(["gone", "failed", "closed"]);
    expect(new Set(bodies)).toEqual(new Set(["DELETE "]));
    expect(Object.fromEntries(attempts)).toEqual({ ok: 1, gone: 1, ill: 3 });
  });
});
