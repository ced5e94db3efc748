/** What the tabs of one browser tell each other. */
export type TabMessage =
  | { readonly type: "queued"; readonly conversationId: string }
  | { readonly type: "settled"; readonly conversationId: string; readonly clientMessageId: string }
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

/** The tabs that share a storage: one of them sends, the others hand over. */
export class Tabs {
  readonly #name: string | null;
  readonly #channel: Channel | null;
  readonly #closing = new AbortController();

  constructor(name: string | null, heard: (message: TabMessage) => void) {
    this.#name = name;
    const open = (globalThis as unknown as Browser).BroadcastChannel;
    this.#channel = name !== null && open ? new open(`parley-${name}`) : null;
    if (this.#channel) this.#channel.onmessage = ({ data }) => heard(data as TabMessage);
    this.#channel?.unref?.();
  }

  tell(message: TabMessage): void {
    if (!this.#closing.signal.aborted) this.#channel?.postMessage(message);
  }

  /** Calls `elected` when this tab is the one that sends: at once where nobody shares the storage. */
  elect(elected: () => void): void {
    const { locks } = (globalThis as unknown as Browser).navigator ?? {};
    if (this.#name === null || !locks) return elected();
    const { signal } = this.#closing;
    const held = (): Promise<void> =>
      new Promise((release) => {
        elected();
        signal.addEventListener("abort", () => release());
      });
    // The lock passes on when this tab closes, crashes, or signs out.
    locks.request(`parley-${this.#name}-outbox`, { signal }, held).catch(() => undefined);
  }

  close(): void {
    this.#closing.abort();
    this.#channel?.close();
  }
}
