import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as keys from "../../lambdas/store/keys.ts";

const userId = fc.oneof(
  fc.string({ minLength: 1, maxLength: 255, unit: "binary" }),
  fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom("a", "#", "%", "2", "3", "5") }),
);
const seq = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

describe("keys", () => {
  it("come apart into what they were made of", () => {
    fc.assert(
      fc.property(userId, (id) => {
        expect(keys.userOfPartition(keys.userKey(id).pk)).toBe(id);
      }),
    );
    fc.assert(
      fc.property(seq, (n) => {
        expect(keys.parseMessageKey(keys.messageKey("conv", n))).toEqual({ conversationId: "conv", seq: n });
        expect(keys.seqOfStepKey(keys.stepKey("conv", 1, n).sk)).toBe(n);
      }),
    );
  });

  it("are the same for a pair from both sides, and for no other pair", () => {
    fc.assert(
      fc.property(userId, userId, userId, userId, (a, b, c, d) => {
        expect(keys.pairKey(a, b)).toEqual(keys.pairKey(b, a));
        const same = JSON.stringify([a, b].sort()) === JSON.stringify([c, d].sort());
        expect(keys.pairKey(a, b).pk === keys.pairKey(c, d).pk).toBe(same);
      }),
      { numRuns: 2_000 },
    );
  });

  it("fit the service's 1,024 bytes of a sort key: the partition key is the sweep index's", () => {
    const bytes = (text: string): number => Buffer.byteLength(text);
    for (const character of ["😀", "#", "%", "a"]) {
      const id = character.repeat(255);
      expect(bytes(keys.userKey(id).pk)).toBeLessThanOrEqual(1_024);
      expect(bytes(keys.pairKey(id, id).pk)).toBeLessThanOrEqual(1_024);
    }
  });

  it("are a pair's own also where the ids are too long to stand in it", () => {
    const long = (tail: string): string => "😀".repeat(254) + tail;
    const pairs = ["a", "b", "#", "%"].map((tail) => keys.pairKey(long("x"), long(tail)).pk);
    expect(new Set(pairs).size).toBe(4);
    expect(keys.pairKey(long("a"), long("x"))).toEqual(keys.pairKey(long("x"), long("a")));
    // 1,022 bytes stand as they are, 1,026 do not.
    expect(keys.pairKey("a".repeat(255), "😀".repeat(191)).pk).toBe(
      `D#${"a".repeat(255)}#${"😀".repeat(191)}`,
    );
    expect(keys.pairKey("a".repeat(255), "😀".repeat(192)).pk).toMatch(/^D#[\w-]{43}$/);
  });

  it("sort messages by seq, and bound exactly those after and before one", () => {
    fc.assert(
      fc.property(seq, seq, (a, b) => {
        const [ka, kb] = [keys.messageKey("c", a).sk, keys.messageKey("c", b).sk];
        expect(ka < kb).toBe(a < b);
        const [after, last] = keys.messagesAfter(a);
        expect(kb >= after && kb <= last).toBe(b > a);
        const [first, before] = keys.messagesBefore(a);
        // Slot 0 is never filled.
        if (b > 0) expect(kb >= first && kb <= before).toBe(b < a);
        const [from, to] = keys.stepsFrom(1, a);
        const step = keys.stepKey("c", 1, b).sk;
        expect(step >= from && step <= to).toBe(b >= a);
      }),
    );
  });

  it("tell messages from everything else", () => {
    const others = [
      keys.headKey("c"),
      keys.stepKey("c", 0, 1),
      keys.userKey("M#1"),
      keys.inboxKey("M#1", "c"),
      keys.pairKey("M#1", "M#2"),
      keys.inboxKey("c", "M#0000000000000001"),
    ];
    expect(others.map(keys.parseMessageKey)).toEqual(others.map(() => null));
  });

  it("spread users over all shards", () => {
    const shards = new Set(Array.from({ length: 500 }, (_, n) => keys.sweepShardOf(`user-${n}`)));
    const all = Array.from({ length: keys.SWEEP_SHARDS }, (_, shard) => keys.sweepShardName(shard));
    expect([...shards].toSorted()).toEqual(all.toSorted());
  });
});
