/** As browsers have it: the next in line is let in when the one before has done, or at once if it steals. */
export class FakeLocks {
  readonly #held = new Map<string, { readonly reject: (cause: Error) => void }>();
  readonly #queue = new Map<string, (() => void)[]>();

  request(
    name: string,
    { signal, steal = false }: { readonly signal?: AbortSignal; readonly steal?: boolean },
    held: () => Promise<void>,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        const mine = { reject };
        this.#held.set(name, mine);
        void held().then(() => {
          resolve();
          if (this.#held.get(name) !== mine) return;
          this.#held.delete(name);
          this.#queue.get(name)?.shift()?.();
        });
      };
      if (steal) this.#held.get(name)?.reject(named("AbortError"));
      if (steal || !this.#held.has(name)) return enter();
      const queue = this.#queue.get(name) ?? [];
      this.#queue.set(name, queue);
      queue.push(enter);
      signal?.addEventListener("abort", () => {
        const at = queue.indexOf(enter);
        if (at < 0) return;
        queue.splice(at, 1);
        reject(named("AbortError"));
      });
    });
  }
}

const named = (name: string): Error => Object.assign(new Error(name), { name });

const channels = new Set<FakeChannel>();

/** Between tabs: what is posted is heard by the others a moment later. */
export class FakeChannel {
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
    channels.add(this);
  }

  postMessage(data: unknown): void {
    for (const other of channels) {
      if (other === this || other.#name !== this.#name) continue;
      setTimeout(() => channels.has(other) && other.onmessage?.({ data: structuredClone(data) }), 1);
    }
  }

  close(): void {
    channels.delete(this);
  }
}
