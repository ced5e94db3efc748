import { expect, test } from "vitest";
import { createNudge } from "../../events/nudge.ts";
import { within } from "../support/pace.ts";

test("a wait that begins after the end is none", async () => {
  const hour = 3_600_000;
  const waited = createNudge().wait(hour, AbortSignal.abort());
  expect(await within(waited, "the end of the wait", 500)).toBe(false);
});

test("looks follow a ring at once, and each other a tenth of a second apart while it goes on ringing", async () => {
  const nudge = createNudge();
  const { signal } = new AbortController();
  const hour = 3_600_000;
  nudge.ring();
  expect(await nudge.wait(hour, signal)).toBe(true);
  const first = performance.now();
  nudge.ring();
  expect(await nudge.wait(hour, signal)).toBe(true);
  expect(performance.now() - first).toBeGreaterThan(90);
});

test("a wait that nothing rings into says so", async () => {
  expect(await createNudge().wait(1, new AbortController().signal)).toBe(false);
});
