import fc from "fast-check";

/** A message a client means to send, however often it tries. */
export interface Intent {
  readonly sender: number;
  readonly hasClientMessageId: boolean;
  /** How far behind the seq the sender knows its `afterSeq` is; null: it gives none. */
  readonly staleBy: number | null;
  /** People by their number, whoever sends it among them or not. */
  readonly mentions: readonly number[];
}

export type Op =
  /** Tries that die at these steps, then, if it insists, one that lives. */
  | {
      readonly type: "send";
      readonly intent: number;
      readonly deaths: readonly number[];
      readonly insists: boolean;
    }
  | { readonly type: "mark"; readonly user: number; readonly ahead: number; readonly death: number | null }
  | { readonly type: "sync"; readonly user: number; readonly back: number }
  | { readonly type: "history"; readonly user: number; readonly limit: number; readonly markRead: boolean }
  | { readonly type: "repair"; readonly death: number | null }
  | {
      readonly type: "settings";
      readonly user: number;
      readonly archived: boolean | undefined;
      /** From now on; null: no longer muted; undefined: as it was. */
      readonly mutedMinutes: number | null | undefined;
      readonly death: number | null;
    }
  | { readonly type: "pass"; readonly minutes: number };

export interface Plan {
  readonly seed: number;
  readonly people: number;
  /** One function environment after another in each lane; a lane's clock is off by its skew. */
  readonly lanes: readonly { readonly skewMs: number; readonly ops: readonly Op[] }[];
  readonly intents: readonly Intent[];
  readonly answerLoss: number;
  /** Replicas that lack an item and have a later one: nothing is promised of them. */
  readonly isPatchy: boolean;
}

const step = fc.integer({ min: 1, max: 24 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });

export const plans = (people: number): fc.Arbitrary<Plan> => {
  const user = fc.nat(people - 1);
  const intents = fc.array(
    fc.record({
      sender: user,
      hasClientMessageId: fc.boolean(),
      staleBy: maybe(fc.nat(6)),
      mentions: fc.uniqueArray(user, { maxLength: people }),
    }),
    { minLength: 2, maxLength: 6 },
  );
  return intents.chain((chosen) => {
    const send = fc.record({
      type: fc.constant("send" as const),
      intent: fc.nat(chosen.length - 1),
      deaths: fc.array(step, { maxLength: 2 }),
      insists: fc.boolean(),
    });
    const op: fc.Arbitrary<Op> = fc.oneof(
      { weight: 6, arbitrary: send },
      {
        weight: 2,
        arbitrary: fc.record({
          type: fc.constant("mark" as const),
          user,
          ahead: fc.integer({ min: -3, max: 2 }),
          death: maybe(step),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ type: fc.constant("sync" as const), user, back: fc.nat(8) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          type: fc.constant("history" as const),
          user,
          limit: fc.integer({ min: 1, max: 5 }),
          markRead: fc.boolean(),
        }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          type: fc.constant("settings" as const),
          user,
          archived: fc.constantFrom(true, true, true, false, undefined),
          mutedMinutes: fc.constantFrom(undefined, undefined, null, 10, 1_000),
          death: maybe(step),
        }),
      },
      { weight: 1, arbitrary: fc.record({ type: fc.constant("repair" as const), death: maybe(step) }) },
      {
        weight: 1,
        arbitrary: fc.record({
          type: fc.constant("pass" as const),
          minutes: fc.integer({ min: 1, max: 20 }),
        }),
      },
    );
    return fc.record({
      seed: fc.nat(),
      people: fc.constant(people),
      intents: fc.constant(chosen),
      answerLoss: fc.constantFrom(0, 0, 0.15),
      isPatchy: fc.boolean(),
      lanes: fc.array(
        fc.record({
          skewMs: fc.constantFrom(0, 0, -40, 25, -2_000, 90_000),
          ops: fc.array(op, { minLength: 1, maxLength: 6 }),
        }),
        { minLength: 2, maxLength: 4 },
      ),
    });
  });
};
