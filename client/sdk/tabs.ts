import type { Message } from "../../lambdas/protocol/objects.ts";
import type { Entry } from "./outbox/entry.ts";

/** What the tabs of one user in one browser tell each other. */
export type TabMessage =
  /** This is to be sent, or was refused. */
  | { readonly type: "waiting"; readonly entry: Entry }
  /** This was sent, and became `message`, or was taken back. */
  | { readonly type: "settled"; readonly entry: Entry; readonly message?: Message }
  | { readonly type: "signed_out" };

export interface TabHandlers {
  heard(message: TabMessage): void;
  /** This tab is the one that sends, until `term` is aborted. */
  elected(term: AbortSignal): void;
  /** Whether there is anything to be sent. */
  isWaiting(): boolean;
}

/** After so long without a connection a tab lets another one send: that one may have one. */
const STAND_BACK_MS = 5_000;
/** The tab that sends has twice as long, from when something waits, to settle anything; else it is taken for frozen. */
const PATIENCE_MS = 15_000;

interface Channel {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: TabMessage): void;
  close(): void;
  /** Node's only. */
  unref?(): void;
}

interface LockManager {
  request(
    name: string,
    options: { readonly signal: AbortSignal } | { readonly steal: true },
    held: () => Promise<void>,
  ): Promise<unknown>;
}

/** What of a browser is used; absent elsewhere, the locks also on a page that is neither local nor https. */
interface Browser {
  readonly BroadcastChannel?: new (name: string) => Channel;
  readonly navigator?: { readonly locks?: LockManager };
}

/**
 * The tabs that share a storage and a user: one of them sends, the others hand over. Two that send at once, for the
 * moment in which one takes over from another, do no harm: the server knows a message by its `clientMessageId`.
 */
export class Tabs {
  readonly #name: string;
  readonly #handlers: TabHandlers;
  readonly #channel: Channel | null = null;
  readonly #locks: LockManager | null = null;
  #isClosed = false;
  /** Standing for the one that sends, or being it. */
  #candidacy = new AbortController();
  #standingBack: ReturnType<typeof setTimeout> | undefined;
  /** Something waited when it was last looked, and nothing was settled since. */
  #isStuck = false;

  /** Where nobody shares the storage, null, this tab is the one that sends. */
  constructor(name: string | null, handlers: TabHandlers) {
    const { BroadcastChannel, navigator } = globalThis as unknown as Browser;
    this.#name = name ?? "";
    this.#handlers = handlers;
    if (name === null || !navigator?.locks) {
      handlers.elected(this.#candidacy.signal);
      return;
    }
    this.#locks = navigator.locks;
    this.#candidacy.abort();
    if (!BroadcastChannel) return;
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = ({ data }) => {
      const message = data as TabMessage;
      if (message.type === "settled") this.#isStuck = false;
      handlers.heard(message);
    };
    this.#channel.unref?.();
  }

  /** Tells whether it could send: who cannot for some seconds stands back. */
  stand(isOnline: boolean): void {
    if (!this.#locks || this.#isClosed) return;
    if (!isOnline) {
      this.#standingBack ??= setTimeout(() => this.#candidacy.abort(), STAND_BACK_MS);
      return;
    }
    clearTimeout(this.#standingBack);
    this.#standingBack = undefined;
    if (this.#candidacy.signal.aborted) this.#compete(this.#locks, false);
  }

  tell(message: TabMessage): void {
    if (!this.#isClosed) this.#channel?.postMessage(message);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#standingBack);
    this.#candidacy.abort();
    this.#channel?.close();
  }

  /** The lock passes on when a tab closes, crashes, signs out, or stands back; one that is frozen keeps it, until it is stolen. */
  #compete(locks: LockManager, steal: boolean): void {
    const candidacy = (this.#candidacy = new AbortController());
    const { signal } = candidacy;
    const patience = setInterval(() => {
      const isWaiting = this.#handlers.isWaiting();
      if (isWaiting && this.#isStuck) {
        candidacy.abort();
        this.#compete(locks, true);
      } else this.#isStuck = isWaiting;
    }, PATIENCE_MS);
    const held = (): Promise<void> =>
      new Promise((release) => {
        clearInterval(patience);
        // Granted at the moment of closing.
        if (signal.aborted) return release();
        signal.addEventListener("abort", () => release());
        this.#handlers.elected(signal);
      });
    signal.addEventListener("abort", () => clearInterval(patience));
    locks.request(this.#name, steal ? { steal } : { signal }, held).catch((cause: unknown) => {
      if (signal.aborted) return;
      if ((cause as Error).name === "AbortError") {
        // It was frozen, or slow, and another tab took over.
        candidacy.abort();
        this.#compete(locks, false);
      } else void held();
    });
  }
}
