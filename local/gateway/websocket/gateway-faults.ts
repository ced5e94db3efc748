/** What may go wrong on command, asked at the one place where each of these happens. */
export interface GatewayFaults {
  /** Whether this `$disconnect` is lost. Asked once for each. */
  losesDisconnect(): boolean;
  /** Asked once for each push. */
  planPush(connectionId: string): PushPlan;
  /** Resolves after the time, or at once when the set is replaced or cleared. */
  wait(ms: number): Promise<void>;
}

export interface PushPlan {
  /** So long it hangs first. */
  readonly delayMs: number;
  /** What it is answered with instead of being sent; null where nothing stands in its way. */
  readonly status: 410 | 429 | 500 | null;
}

export const UNHINDERED: PushPlan = { delayMs: 0, status: null };

export const NO_FAULTS: GatewayFaults = {
  losesDisconnect: () => false,
  planPush: () => UNHINDERED,
  wait: () => Promise.resolve(),
};
