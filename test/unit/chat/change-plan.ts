import fc from "fast-check";

/** What somebody does to a message, `back` messages before the last one. */
export type Wish =
  | {
      readonly type: "edit";
      readonly text: number;
      readonly mentions: readonly number[] | null;
      readonly checksRev: boolean;
    }
  | { readonly type: "delete" }
  | { readonly type: "react"; readonly emoji: string; readonly on: boolean }
  | { readonly type: "pin"; readonly on: boolean };

export type Op =
  | {
      readonly type: "send";
      readonly user: number;
      readonly mentions: readonly number[];
      readonly death: number | null;
    }
  | {
      readonly type: "change";
      readonly user: number;
      readonly back: number;
      readonly wish: Wish;
      /** Tries that die at these steps, then, if it insists, one that lives. */
      readonly deaths: readonly number[];
      readonly insists: boolean;
    }
  | { readonly type: "repair"; readonly death: number | null };

export interface Plan {
  readonly seed: number;
  readonly people: number;
  readonly lanes: readonly { readonly skewMs: number; readonly ops: readonly Op[] }[];
  readonly answerLoss: number;
}

const step = fc.integer({ min: 1, max: 24 });
const death = fc.option(step, { nil: null });

const wishes = (user: fc.Arbitrary<number>): fc.Arbitrary<Wish> =>
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant("edit" as const),
        text: fc.nat(3),
        mentions: fc.option(fc.uniqueArray(user, { maxLength: 3 }), { nil: null }),
        checksRev: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ type: "delete" as const }) },
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant("react" as const),
        emoji: fc.constantFrom("👍", "🎉"),
        on: fc.boolean(),
      }),
    },
    { weight: 2, arbitrary: fc.record({ type: fc.constant("pin" as const), on: fc.boolean() }) },
  );

export const changePlans = (people: number): fc.Arbitrary<Plan> => {
  const user = fc.nat(people - 1);
  const op: fc.Arbitrary<Op> = fc.oneof(
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant("send" as const),
        user,
        mentions: fc.uniqueArray(user, { maxLength: 3 }),
        death,
      }),
    },
    {
      weight: 8,
      arbitrary: fc.record({
        type: fc.constant("change" as const),
        user,
        back: fc.nat(2),
        wish: wishes(user),
        deaths: fc.array(step, { maxLength: 2 }),
        insists: fc.boolean(),
      }),
    },
    { weight: 5, arbitrary: fc.record({ type: fc.constant("repair" as const), death }) },
  );
  return fc.record({
    seed: fc.nat(),
    people: fc.constant(people),
    answerLoss: fc.constantFrom(0, 0, 0.15),
    lanes: fc.array(
      fc.record({
        skewMs: fc.constantFrom(0, 0, -40, 25, -2_000),
        ops: fc.array(op, { minLength: 1, maxLength: 7 }),
      }),
      { minLength: 2, maxLength: 4 },
    ),
  });
};
