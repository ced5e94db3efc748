import fc from "fast-check";
import type { Role } from "../../../lambdas/chat/model/records.ts";

/** What somebody wants of the group. */
export type Wish =
  | { readonly type: "add"; readonly targets: readonly number[] }
  | { readonly type: "remove"; readonly target: number }
  | { readonly type: "leave" }
  | { readonly type: "role"; readonly target: number; readonly role: Role }
  | { readonly type: "rename"; readonly title: number };

export type Op =
  | { readonly type: "wish"; readonly user: number; readonly wish: Wish; readonly death: number | null }
  | { readonly type: "send"; readonly user: number; readonly death: number | null }
  | {
      readonly type: "settings";
      readonly user: number;
      readonly archived: boolean | undefined;
      /** From now on; null: no longer muted; undefined: as it was. */
      readonly mutedMinutes: number | null | undefined;
      readonly death: number | null;
    }
  | { readonly type: "repair"; readonly death: number | null }
  | { readonly type: "pass"; readonly minutes: number };

export interface Plan {
  readonly seed: number;
  readonly people: number;
  readonly founders: number;
  /** Attempts at making the group, all at once, each dying at its step. */
  readonly makings: readonly (number | null)[];
  readonly lanes: readonly { readonly skewMs: number; readonly ops: readonly Op[] }[];
  readonly answerLoss: number;
}

const death = fc.option(fc.integer({ min: 1, max: 30 }), { nil: null });

export const groupPlans = (people: number): fc.Arbitrary<Plan> => {
  const user = fc.nat(people - 1);
  const wish: fc.Arbitrary<Wish> = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant("add" as const),
        targets: fc.uniqueArray(user, { minLength: 1, maxLength: 3 }),
      }),
    },
    { weight: 4, arbitrary: fc.record({ type: fc.constant("remove" as const), target: user }) },
    { weight: 2, arbitrary: fc.constant({ type: "leave" as const }) },
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant("role" as const),
        target: user,
        role: fc.constantFrom<Role>("owner", "admin", "admin", "member"),
      }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant("rename" as const), title: fc.nat(2) }) },
  );
  const op: fc.Arbitrary<Op> = fc.oneof(
    { weight: 9, arbitrary: fc.record({ type: fc.constant("wish" as const), user, wish, death }) },
    { weight: 3, arbitrary: fc.record({ type: fc.constant("send" as const), user, death }) },
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant("settings" as const),
        user,
        archived: fc.constantFrom(true, true, true, false, undefined),
        mutedMinutes: fc.constantFrom(undefined, undefined, null, 1, 30),
        death,
      }),
    },
    { weight: 2, arbitrary: fc.record({ type: fc.constant("repair" as const), death }) },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant("pass" as const), minutes: fc.constantFrom(1, 20) }),
    },
  );
  return fc.record({
    seed: fc.nat(),
    people: fc.constant(people),
    founders: fc.integer({ min: 1, max: people - 1 }),
    makings: fc.array(death, { minLength: 1, maxLength: 3 }),
    answerLoss: fc.constantFrom(0, 0, 0.15),
    lanes: fc.array(
      fc.record({
        skewMs: fc.constantFrom(0, 0, -40, 25, -2_000),
        ops: fc.array(op, { minLength: 1, maxLength: 8 }),
      }),
      { minLength: 2, maxLength: 4 },
    ),
  });
};
