import type { Message } from "../../lambdas/protocol/objects.ts";
import type { Entry } from "./outbox/entry.ts";

/** What the tabs of one user in one browser tell each other. */
export type TabMessage =
  /** This is to be sent, or was refused. */
  | { readonly type: "waiting"; readonly entry: Entry }
  /** This was sent, and became `message`, or was taken back. */
  | { readonly type: "settled"; readonly entry: Entry; readonly message?: Message }
  | { readonly type: "signed_out" };

interface Channel {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: TabMessage): void;
  close(): void;
  /** Node's only. */
  unref?(): void;
}

/** What of a browser is used; absent elsewhere. */
interface Browser {
  readonly BroadcastChannel?: new (name: string) => Channel;
  readonly navigator?: {
    readonly locks?: {
      request(
        name: string,
        options: { readonly signal: AbortSignal },
        held: () => Promise<void>,
      ): Promise<unknown>;
    };
  };
}

/** The tabs that share a storage and a user: one of them sends, the others hand over. */
export class Tabs {
  readonly #channel: Channel | null = null;
  readonly #closing = new AbortController();

  /** `elected` is called when this tab is the one that sends: at once where nobody shares the storage. */
  constructor(name: string | null, heard: (message: TabMessage) => void, elected: () => void) {
    const { BroadcastChannel, navigator } = globalThis as unknown as Browser;
    if (name === null || !navigator?.locks) {
      elected();
      return;
    }
    if (BroadcastChannel) {
      this.#channel = new BroadcastChannel(name);
      this.#channel.onmessage = ({ data }) => heard(data as TabMessage);
      this.#channel.unref?.();
    }
    const { signal } = this.#closing;
    const held = (): Promise<void> =>
      new Promise((release) => {
        // Granted at the moment of closing.
        if (signal.aborted) return release();
        signal.addEventListener("abort", () => release());
        elected();
      });
    // The lock passes on when this tab closes, crashes, or signs out.
    navigator.locks.request(name, { signal }, held).catch(() => undefined);
  }

  tell(message: TabMessage): void {
    if (!this.#closing.signal.aborted) this.#channel?.postMessage(message);
  }

  close(): void {
    this.#closing.abort();
    this.#channel?.close();
  }
}
