import WebSocket from "ws";
import type { SocketConstructor } from "../../../index.ts";

export interface SocketCounts {
  opened: number;
  /** Ended without a close frame. */
  lost: number;
  /** Ended by the gateway, as at its limit. */
  ended: number;
  /** Closed from here: another had taken its place, or it was over. */
  closed: number;
}

/** A `WebSocket` that tells what becomes of those that opened. */
export function countedSocket(counts: SocketCounts): SocketConstructor {
  return class extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      this.on("open", () => {
        counts.opened += 1;
        this.on("close", (code) => {
          if (code === 1006) counts.lost += 1;
          else if (this.#isClosedHere) counts.closed += 1;
          else counts.ended += 1;
        });
      });
    }

    #isClosedHere = false;

    override close(code?: number, data?: string | Buffer): void {
      // The answer to a close of the other end comes by another way.
      if (this.readyState === WebSocket.OPEN) this.#isClosedHere = true;
      super.close(code, data);
    }
  };
}
