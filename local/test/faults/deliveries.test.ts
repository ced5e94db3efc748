import { expect, test } from "vitest";
import { disturbDeliveries } from "../../faults/disturbed-deliveries.ts";
import { createFaults } from "../../faults/faults.ts";
import type { InvocationResult } from "../../functions/invocation.ts";
import { fakeInvoker } from "../events/event-fixture.ts";

const batch = (eventSource: string) => ({ Records: [{ eventSource }] });
const twice = { delayMs: 0, duplicateShare: 1 };

function disturbed(answer?: Parameters<typeof fakeInvoker>[0]) {
  const faults = createFaults();
  const { invoker, calls } = fakeInvoker(answer);
  const deliver = (event: unknown): Promise<InvocationResult> =>
    disturbDeliveries(invoker, faults).invoke("Fn", event, { cause: "source" });
  return { faults, calls, deliver };
}

test.each(["aws:dynamodb", "aws:sqs"])(
  "a delivery of %s comes twice, and once when cleared",
  async (source) => {
    const { faults, calls, deliver } = disturbed();
    faults.set({ stream: twice });
    await deliver(batch(source));
    expect(calls).toMatchObject([
      { functionId: "Fn", event: batch(source), cause: "source" },
      { functionId: "Fn", event: batch(source), cause: "source" },
    ]);
    faults.clear();
    await deliver(batch(source));
    expect(calls).toHaveLength(3);
  },
);

test("what is neither stream nor queue comes once", async () => {
  const { faults, calls, deliver } = disturbed();
  faults.set({ stream: twice });
  for (const event of [null, {}, { Records: [] }, { Records: "x" }, { type: "sweep" }, batch("aws:s3")]) {
    await deliver(event);
  }
  expect(calls).toHaveLength(6);
});

test("a stream's second delivery waits for the first, a queue's does not", async () => {
  const order = async (source: string): Promise<string[]> => {
    const events: string[] = [];
    const { faults, deliver } = disturbed(async () => {
      events.push("begin");
      await new Promise((resolve) => setImmediate(resolve));
      events.push("end");
      return null;
    });
    faults.set({ stream: twice });
    await deliver(batch(source));
    return events;
  };
  expect(await order("aws:dynamodb")).toEqual(["begin", "end", "begin", "end"]);
  expect(await order("aws:sqs")).toEqual(["begin", "begin", "end", "end"]);
});

test("a queue's batch has failed if either delivery did, a stream's if the last one did", async () => {
  const failing = (which: number) => async (source: string) => {
    const { faults, deliver } = disturbed((_call, index) => {
      if (index === which) throw new Error("no");
      return null;
    });
    faults.set({ stream: twice });
    return (await deliver(batch(source))).type;
  };
  expect(await failing(0)("aws:sqs")).toBe("error");
  expect(await failing(1)("aws:sqs")).toBe("error");
  expect(await failing(0)("aws:dynamodb")).toBe("ok");
  expect(await failing(1)("aws:dynamodb")).toBe("error");
});

test("a delivery waits its time, or until the fault is cleared", async () => {
  const { faults, calls, deliver } = disturbed();
  faults.set({ stream: { delayMs: 60, duplicateShare: 0 } });
  const started = performance.now();
  await deliver(batch("aws:dynamodb"));
  expect(performance.now() - started).toBeGreaterThan(55);
  faults.set({ stream: { delayMs: 600_000, duplicateShare: 0 } });
  const waiting = deliver(batch("aws:sqs"));
  await new Promise((resolve) => setImmediate(resolve));
  expect(calls).toHaveLength(1);
  faults.clear();
  await waiting;
  expect(calls).toHaveLength(2);
});
