import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { mostInASecond } from "../../../bench/measures/rates.ts";
import { seededRandom } from "../../../test/support/memory/seeded-random.ts";
import type { ChatClient } from "../../index.ts";
import { backOff } from "../../sdk/environment.ts";
import { FakeServer, token } from "./fakes.ts";

/** New connections that API Gateway takes a second, unless an account has asked for more. */
const LIMIT = 500;
const CLIENTS = 1_000;
const SECOND = 1_000;

/** When clients try that lost their server at 0 and find it again after `awayMs`. */
function triesOf(random: () => number, awayMs: number): number[] {
  const tries: number[] = [];
  for (let client = 0; client < CLIENTS; client += 1) {
    let at = 0;
    for (let failures = 0; failures === 0 || at < awayMs; failures += 1) {
      at += backOff(failures, random);
      tries.push(at);
    }
  }
  return tries;
}

describe("a thousand that lose their server together", () => {
  test.each([0, 1, 2, 5, 20, 120])("do not run it down when it is back after %i s", (away) => {
    const most = Array.from({ length: 20 }, (_, seed) =>
      mostInASecond(triesOf(seededRandom(seed), away * SECOND)),
    );
    expect(Math.max(...most)).toBeLessThanOrEqual(LIMIT);
  });
});

describe("one of them", () => {
  const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
  let server: FakeServer;
  const clients: ChatClient[] = [];
  beforeEach(() => {
    vi.useFakeTimers();
    server = new FakeServer();
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    vi.useRealTimers();
  });

  async function online(options: Parameters<FakeServer["client"]>[0]): Promise<void> {
    const client = server.client(options);
    clients.push(client);
    const connected = client.connect();
    await pass(100);
    await connected;
  }

  test("is back in four seconds, and in eight where the server has hardly let it in", async () => {
    await online({ random: () => 0.99 });
    await pass(10 * SECOND);
    server.last().cut();
    await pass(4.1 * SECOND);
    expect(server.sockets).toHaveLength(2);
    server.last().cut();
    await pass(4.1 * SECOND);
    expect(server.sockets).toHaveLength(2);
    await pass(4 * SECOND);
    expect(server.sockets).toHaveLength(3);
  });

  test("has its token and its socket replaced at a time of its own", async () => {
    const getToken = (): string => token("alice", { lives: 3_600 });
    await online({ random: () => 0, getToken });
    await online({ random: () => 0.99, getToken });
    await pass((3_600 - 90) * SECOND);
    expect(server.sockets).toHaveLength(3);
    await pass(40 * SECOND);
    expect(server.sockets).toHaveLength(4);
  });

  test("asks again some time after the moment that all were told", async () => {
    const asked: number[] = [];
    server.http = (path) => {
      if (!path.includes("/messages?") || asked.push(Date.now()) > 1) return undefined;
      return { status: 429, body: { code: "RATE_LIMITED", message: "S." }, headers: { "retry-after": "20" } };
    };
    await online({ random: () => 0 });
    clients[0]!.conversation("c").open();
    await pass(30 * SECOND);
    expect(asked[1]! - asked[0]!).toBeGreaterThanOrEqual(20.5 * SECOND);
  });
});
