/** What the next units cost each, up to so many in all. */
export interface Tier {
  readonly upTo: number;
  readonly price: number;
}

/** One price for any quantity. */
export const flat = (price: number): readonly Tier[] => [{ upTo: Infinity, price }];

/** Dollars for a quantity whose first units cost the first tier's price, the next ones the second's. */
export function priceOf(quantity: number, tiers: readonly Tier[]): number {
  let dollars = 0;
  let below = 0;
  for (const { upTo, price } of tiers) {
    dollars += Math.max(0, Math.min(quantity, upTo) - below) * price;
    below = upTo;
  }
  return dollars;
}
