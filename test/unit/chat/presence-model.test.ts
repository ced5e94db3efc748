import fc from "fast-check";
import { expect, it } from "vitest";
import type { UserRecord } from "../../../lambdas/chat/model/records.ts";
import { runs } from "../../support/property-runs.ts";
import { MAX_CONNECTIONS, PresenceWorld, USER } from "./presence-world.ts";
import type { PresenceOp, PresencePlan } from "./presence-world.ts";

const death = fc.option(fc.integer({ min: 1, max: 10 }), { nil: null, freq: 4 });

const op: fc.Arbitrary<PresenceOp> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant("connect" as const),
      tokenMs: fc.constantFrom(90_000, 3_600_000, 10_800_000, 10_800_000),
      death,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant("disconnect" as const),
      which: fc.nat(20),
      isLost: fc.boolean(),
      death,
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("push" as const), death }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("sign_out" as const), death }) },
  { weight: 1, arbitrary: fc.constant({ type: "sweep" as const }) },
);

/** Many devices at once: the limit is met. */
const burst: fc.Arbitrary<PresenceOp[]> = fc.array(
  fc.record({
    type: fc.constant("connect" as const),
    tokenMs: fc.constant(10_800_000),
    death: fc.constant(null),
  }),
  { minLength: 4, maxLength: 9 },
);

const plans: fc.Arbitrary<PresencePlan> = fc.record({
  seed: fc.nat(),
  graceMs: fc.constantFrom(0, 10_000, 10_000),
  answerLoss: fc.constantFrom(0, 0, 0.2),
  workerDeaths: fc.constantFrom(0, 0.3),
  batches: fc.array(
    fc.record({
      passMs: fc.constantFrom(0, 500, 9_000, 11_000, 61_000, 1_000_000, 3_600_000),
      ops: fc.oneof(
        { weight: 2, arbitrary: fc.array(op, { maxLength: 10 }) },
        { weight: 1, arbitrary: burst },
      ),
    }),
    { minLength: 1, maxLength: 8 },
  ),
});

/** From one version of the record to the next, whoever wrote it. */
function checkStep(before: UserRecord, after: UserRecord): void {
  const isVisible = (before.state === "off") !== (after.state === "off");
  expect(after.version - before.version).toBe(isVisible ? 1 : 0);
  expect(after.revision - before.revision).toBe(1);
  if (before.state === "off") expect(after.state).not.toBe("leaving");
  expect(after.connections.length === 0).toBe(after.state !== "on");
  expect(after.connections.length).toBeLessThanOrEqual(MAX_CONNECTIONS);
  if (after.state === "leaving") expect(after.lastSeenAt).not.toBeNull();
}

it("tells the truth about a user whose devices come, go, and die", async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const world = new PresenceWorld(plan);
      await world.run();
      await world.endWithoutGoodbye();

      const versions = world.database.users.history(USER);
      for (const [index, after] of versions.entries()) {
        if (index > 0) checkStep(versions[index - 1]!, after);
      }
      expect(world.user).toMatchObject({ state: "off", connections: [] });
      // Peers hear of every transition: a version each, online and offline by turns.
      const heard = new Map(world.announcements.map((frame) => [frame.version, frame.type]));
      expect([...heard.keys()].sort((a, b) => a - b)).toEqual(
        Array.from({ length: world.user.version }, (_, index) => index + 1),
      );
      for (const [version, type] of heard) {
        expect(type).toBe(version % 2 === 1 ? "user_online" : "user_offline");
      }
    }),
    runs(600),
  );
});
