import type { Doings } from "./doings.ts";
import { SETTLE, type Units } from "./operation-costs.ts";
import { DAYS, type Scenario } from "./scenario.ts";

export interface Taken extends Units {
  readonly queueRequests: number;
}

const GATHERED_SECONDS = 5;
const RECORDS_A_BATCH = 100;
const SWEEP_EVERY_MINUTES = 5;
const SWEEP_SHARDS = 16;
const SWEPT_AT_ONCE = 100;
/**
 * Lambda asks an empty queue by long polls, which last 20 seconds; that five go on at once follows from its beginning
 * with five batches at a time (Lambda's developer guide, "Configuring scaling behavior for SQS").
 */
const IDLE_POLLS_A_MINUTE = 15;

/**
 * The worker: its look after messages it gathers, presence (a leave is put off, settled and told), and the sweep, which comes whether
 * anybody is there or not. Jobs are received and deleted each by itself.
 */
export function workOf({ users, hoursOnline, peers }: Scenario, { messages, sessions }: Doings): Taken {
  const minutes = DAYS * 24 * 60;
  const windows = (minutes * 60) / GATHERED_SECONDS;
  const looks = Math.max(Math.min(messages, windows), messages / RECORDS_A_BATCH);
  const sweeps = minutes / SWEEP_EVERY_MINUTES;
  const online = (users * hoursOnline) / 24;
  const swept = online / SWEPT_AT_ONCE;
  // The rows of one's conversations, some 35 a half unit, and each peer's record from any replica.
  const toTell = peers / 35 / 2 + peers / 2;
  // In tasks of 100 peers, beyond the first.
  const tasks = Math.max(0, Math.ceil(peers / 100) - 1);
  return {
    WRU: sessions * SETTLE.WRU,
    RRU:
      messages + sessions * (SETTLE.RRU + 2 * toTell) + sweeps * (SWEEP_SHARDS / 2 + online * (1 + 1 / 80)),
    invocations:
      looks + sessions * (1 + SETTLE.invocations + 2 * (1 + tasks)) + sweeps * (1 + SWEEP_SHARDS + swept),
    queueRequests:
      minutes * IDLE_POLLS_A_MINUTE +
      sessions * (3 + 2 * tasks * 3) +
      sweeps * (2 + 2 * SWEEP_SHARDS + swept * 2.1),
  };
}
