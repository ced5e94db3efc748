/** What may go wrong on command, asked at the one place where each of these happens. */
export interface GatewayFaults {
  /** Whether this `$disconnect` is lost. Asked once for each. */
  losesDisconnect(): boolean;
  /** What a push is answered with instead of being sent; null where nothing stands in its way. */
  answersPush(connectionId: string): 410 | 429 | 500 | null;
}

export const NO_FAULTS: GatewayFaults = {
  losesDisconnect: () => false,
  answersPush: () => null,
};
