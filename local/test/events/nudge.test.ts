import { expect, test } from "vitest";
import { createNudge } from "../../events/nudge.ts";
import { within } from "../support/pace.ts";

test("a wait that begins after the end is none", async () => {
  const hour = 3_600_000;
  const waited = createNudge().wait(hour, AbortSignal.abort());
  expect(await within(waited, "the end of the wait", 500)).toBeUndefined();
});
