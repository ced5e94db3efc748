import { PRICES } from "../prices.ts";
import { flat, type Tier } from "./tiers.ts";
import type { Identity } from "./scenario.ts";

const MILLION = 1e6;
const [GB, TB] = [1, 1_000];

/** What one unit costs, and how many of them each account has free every month, for ever. */
export interface Price {
  readonly tiers: readonly Tier[];
  readonly free?: number;
}

/**
 * List prices of us-east-1 by unit, with their steps: those of `../prices.ts`, and the others as the services' price
 * pages and the AWS Price List had them when last seen (API Gateway, data transfer October 2025; Lambda's steps as
 * announced; DynamoDB, CloudWatch, CloudFront and Cognito 2026). Where a list itself begins with a step at $0, it is
 * one here; free allowances of an account stand apart.
 */
export const AWS_PRICES = {
  gatewayMessage: {
    tiers: [
      { upTo: 1_000 * MILLION, price: PRICES.gatewayMessage / MILLION },
      { upTo: Infinity, price: 0.8 / MILLION },
    ],
  },
  connectionMinute: { tiers: flat(0.25 / MILLION) },
  httpRequest: {
    tiers: [
      { upTo: 300 * MILLION, price: 1 / MILLION },
      { upTo: Infinity, price: 0.9 / MILLION },
    ],
  },
  invocation: { tiers: flat(PRICES.invocation / MILLION), free: 1 * MILLION },
  /** arm64: a tenth less beyond 7.5 billion, a fifth beyond 18.75 billion. */
  gigabyteSecond: {
    tiers: [
      { upTo: 7.5e9, price: (PRICES.millisecondOfGigabyte * 1_000) / MILLION },
      { upTo: 18.75e9, price: (PRICES.millisecondOfGigabyte * 900) / MILLION },
      { upTo: Infinity, price: (PRICES.millisecondOfGigabyte * 800) / MILLION },
    ],
    free: 400_000,
  },
  writeUnit: { tiers: flat(PRICES.writeUnit / MILLION) },
  readUnit: { tiers: flat(PRICES.readUnit / MILLION) },
  /** A GB and month; the first 25 are free in the list itself. */
  tableGigabyte: {
    tiers: [
      { upTo: 25 * GB, price: 0 },
      { upTo: Infinity, price: 0.25 },
    ],
  },
  recoveryGigabyte: { tiers: flat(0.2) },
  queueRequest: { tiers: flat(PRICES.queueRequest / MILLION), free: 1 * MILLION },
  logGigabyte: { tiers: flat(0.5), free: 5 * GB },
  /** A GB and month, as if it were not compressed. */
  keptLogGigabyte: { tiers: flat(0.03) },
  metric: { tiers: flat(0.3), free: 10 },
  alarmMetric: { tiers: flat(0.1), free: 10 },
  sentGigabyte: {
    tiers: [
      { upTo: 10 * TB, price: 0.09 },
      { upTo: 50 * TB, price: 0.085 },
      { upTo: 150 * TB, price: 0.07 },
      { upTo: Infinity, price: 0.05 },
    ],
    free: 100 * GB,
  },
  /** From CloudFront to North America and Europe. */
  pageGigabyte: { tiers: flat(0.085), free: 1 * TB },
  pageRequest: { tiers: flat(1 / MILLION), free: 10 * MILLION },
} as const satisfies Readonly<Record<string, Price>>;

/** A user of the month, by the pool's feature plan; the first 10,000 cost nothing in the list itself. */
export const USER_PRICES: Readonly<Record<Identity, readonly Tier[]>> = {
  essentials: [
    { upTo: 10_000, price: 0 },
    { upTo: Infinity, price: 0.015 },
  ],
  lite: [
    { upTo: 10_000, price: 0 },
    { upTo: 100_000, price: 0.0055 },
    { upTo: 1_000_000, price: 0.0046 },
    { upTo: 10_000_000, price: 0.00325 },
    { upTo: Infinity, price: 0.0025 },
  ],
  own: flat(0),
};
