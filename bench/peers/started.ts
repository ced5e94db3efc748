/** What has been started, to be stopped again whatever fails: the last first. */
export class Started {
  readonly #stops: (() => Promise<unknown>)[] = [];

  async add<T extends { stop(): Promise<unknown> }>(starting: Promise<T>): Promise<T> {
    const one = await starting;
    this.#stops.push(() => one.stop());
    return one;
  }

  /** @throws the first error of those that did not stop, once all others have */
  async stop(): Promise<void> {
    const errors: unknown[] = [];
    for (const stop of this.#stops.splice(0).reverse()) {
      await stop().catch((error: unknown) => errors.push(error));
    }
    if (errors.length > 0) throw errors[0];
  }
}
