import { describe, expect, it } from "vitest";
import { dataFolder, fakeInvoker } from "./event-fixture.ts";
import { until } from "../support/pace.ts";
import { keys, streamsOn } from "./stream-fixture.ts";

describe.each(["native", "java"] as const)("a stream's position on the %s engine", (prefer) => {
  const { put, model, started } = streamsOn(prefer);

  it("shows the function only what the filters let pass, and moves on over the rest", async () => {
    const dataDir = dataFolder();
    const filters = [
      { eventName: ["INSERT"], dynamodb: { Keys: { pk: { S: [{ prefix: "M#" }] } } } },
      { dynamodb: { NewImage: { state: { S: ["on"] } } } },
    ];
    const first = fakeInvoker();
    const { sources } = await started(first.invoker, model({ filters }), dataDir);
    await put("M#1");
    await put("other");
    await put("M#1", { changed: { BOOL: true } });
    await put("other", { state: { S: "on" } });
    await put("nothing");
    await until(() => first.calls.flatMap(keys).length >= 2, "two records");
    await put("M#2");
    await until(() => first.calls.flatMap(keys).length >= 3, "one more");
    expect(first.calls.flatMap(keys)).toEqual(["M#1", "other", "M#2"]);
    await sources.close();

    const second = fakeInvoker();
    await started(second.invoker, model({ filters }), dataDir);
    await put("M#3");
    await until(() => second.calls.length > 0, "the record after the restart");
    expect(second.calls.flatMap(keys)).toEqual(["M#3"]);
  });

  it("goes on after a restart where it was, even if it had begun at the end and delivered nothing", async () => {
    const dataDir = dataFolder();
    await put("old");
    const before = await started(fakeInvoker().invoker, model(), dataDir);
    await before.sources.close();
    await put("missed");
    const { invoker, calls } = fakeInvoker();
    const again = await started(invoker, model(), dataDir);
    await until(() => calls.length > 0, "the record written in between");
    await again.sources.close();
    expect(calls.flatMap(keys)).toEqual(["missed"]);
  });

  it("loses nothing over a reload while a batch is in flight", async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const { invoker, calls } = fakeInvoker((_, index) => (index === 0 ? gate : null));
    const { sources } = await started(invoker, model());
    await put("a");
    await until(() => calls.length === 1, "the first batch is in flight");
    const reloaded = sources.reload(model({ batchSize: 5 }));
    await put("b");
    release();
    await reloaded;
    await until(() => calls.length === 2, "the second batch");
    expect(calls.map(keys)).toEqual([["a"], ["b"]]);
  });

  it("closes only when the invocation in flight has ended, and does not deliver it again", async () => {
    const dataDir = dataFolder();
    let ended = false;
    const { invoker, calls } = fakeInvoker(async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      ended = true;
    });
    const { sources } = await started(invoker, model(), dataDir);
    await put("a");
    await until(() => calls.length === 1, "the batch is in flight");
    await sources.close();
    expect(ended).toBe(true);
    const next = fakeInvoker();
    await started(next.invoker, model(), dataDir);
    await put("b");
    await until(() => next.calls.length > 0, "the next record");
    expect(next.calls.flatMap(keys)).toEqual(["b"]);
  });
});
