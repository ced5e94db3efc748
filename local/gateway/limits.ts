/** The service's limits as one mutable object: what is changed while running holds from the next look on. */
export interface GatewayLimits {
  /** A connection without a message either way for this long is closed with 1001. */
  idleMs: number;
  /** A connection this old is closed with 1001. */
  lifetimeMs: number;
  /** One frame's payload in bytes; beyond it 1009. */
  frameBytes: number;
  /**
   * One message's payload in bytes, all fragments together; beyond it 1009. Also the largest push (413).
   * It can be lowered while running; `ws` keeps to what it was when the gateway was made.
   */
  messageBytes: number;
  /** What may wait for a client that does not read; beyond it pushes answer 429. */
  clientBufferBytes: number;
  /** Beyond it an upgrade answers 429. */
  newConnectionsPerSecond: number;
  /** Request target in bytes, of upgrades. */
  urlBytes: number;
  /** Bodies of the HTTP API; beyond it 413. */
  httpBodyBytes: number;
  /** Request line and headers of the HTTP API; beyond it 431. */
  httpHeaderBytes: number;
  /** The longest an HTTP API waits for its function. */
  httpIntegrationMs: number;
  /** One frame of a connection at a time, in order. The service promises no order, so the default is false. */
  serialFrames: boolean;
}

/** The documented quotas (API Gateway developer guide, "Quotas for WebSocket APIs" and "… HTTP APIs"). */
export function serviceLimits(): GatewayLimits {
  return {
    idleMs: 10 * 60 * 1000,
    lifetimeMs: 2 * 60 * 60 * 1000,
    frameBytes: 32 * 1024,
    messageBytes: 128 * 1024,
    clientBufferBytes: 1024 * 1024,
    newConnectionsPerSecond: 500,
    urlBytes: 4096,
    httpBodyBytes: 10 * 1024 * 1024,
    httpHeaderBytes: 10_240,
    httpIntegrationMs: 30_000,
    serialFrames: false,
  };
}
