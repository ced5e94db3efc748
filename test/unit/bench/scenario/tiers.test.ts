import { expect, it } from "vitest";
import { AWS_PRICES, USER_PRICES, type Price } from "../../../../bench/costs/scenario/aws-prices.ts";
import { flat, priceOf, type Tier } from "../../../../bench/costs/scenario/tiers.ts";

const STEPS: readonly Tier[] = [
  { upTo: 10, price: 3 },
  { upTo: 30, price: 2 },
  { upTo: Infinity, price: 1 },
];

it.each([
  [0, 0],
  [1, 3],
  [10, 30],
  [11, 32],
  [30, 70],
  [31, 71],
  [130, 170],
])("%d units in steps cost %d", (quantity, dollars) => {
  expect(priceOf(quantity, STEPS)).toBe(dollars);
});

it("one price is that of each unit", () => {
  expect(priceOf(7, flat(2))).toBe(14);
});

const BILLION = 1e9;

it.each<readonly [name: keyof typeof AWS_PRICES, quantity: number, dollars: number]>([
  ["gatewayMessage", BILLION, 1_000],
  ["gatewayMessage", BILLION + 1e6, 1_000.8],
  ["httpRequest", 300e6, 300],
  ["httpRequest", 301e6, 300.9],
  ["gigabyteSecond", 7.5 * BILLION, 100_000.5],
  ["gigabyteSecond", 7.5 * BILLION + 1e6, 100_000.5 + 12.00006],
  ["gigabyteSecond", 18.75 * BILLION + 1e6, 100_000.5 + 135_000.675 + 10.66672],
  ["tableGigabyte", 25, 0],
  ["tableGigabyte", 26, 0.25],
  ["sentGigabyte", 10_000, 900],
  ["sentGigabyte", 10_001, 900.085],
  ["sentGigabyte", 50_001, 4_300.07],
  ["sentGigabyte", 150_001, 11_300.05],
])("%s: %d cost $%d", (name, quantity, dollars) => {
  const { tiers }: Price = AWS_PRICES[name];
  expect(priceOf(quantity, tiers)).toBeCloseTo(dollars, 5);
});

it.each([
  ["essentials", 10_000, 0],
  ["essentials", 10_001, 0.015],
  ["lite", 10_000, 0],
  ["lite", 100_000, 495],
  ["lite", 100_001, 495.0046],
  ["lite", 1_000_001, 4_635.00325],
  ["own", 1_000_000, 0],
] as const)("users signed in by %s: %d cost $%d", (identity, users, dollars) => {
  expect(priceOf(users, USER_PRICES[identity])).toBeCloseTo(dollars, 5);
});

it("steps rise, and the last has no end", () => {
  const prices: readonly Price[] = Object.values(AWS_PRICES);
  for (const tiers of [...prices.map((price) => price.tiers), ...Object.values(USER_PRICES)]) {
    const ends = tiers.map(({ upTo }) => upTo);
    expect(ends).toEqual([...new Set(ends)].toSorted((one, other) => one - other));
    expect(ends.at(-1)).toBe(Infinity);
  }
});
