/** Decisions that fall the same way in every run with the same seed, each kind in an order of its own. */
export interface SeededDecisions {
  /** The next decision of this kind: true for `share` of them. */
  decide(kind: string, share: number): boolean;
}

export function seededDecisions(seed: number): SeededDecisions {
  const kinds = new Map<string, () => number>();
  return {
    decide: (kind, share) => {
      let next = kinds.get(kind);
      if (next === undefined) kinds.set(kind, (next = randomNumbers(hash(`${seed}:${kind}`))));
      // Drawn for each decision, whatever the share: the n-th number belongs to the n-th decision.
      return next() < share;
    },
  };
}

/** FNV-1a: any two kinds begin far apart. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  return value >>> 0;
}

/** Mulberry32: numbers in [0, 1). */
function randomNumbers(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
