/** What has been opened, to be closed in the opposite order, each whatever became of the others. */
export interface Closers {
  /** What comes once the closing has begun is closed by it too. */
  add(close: () => Promise<void> | void): void;
  /** The same end for every caller. */
  closeAll(): Promise<void>;
  readonly closing: boolean;
}

export function createClosers(): Closers {
  const closers: (() => Promise<void> | void)[] = [];
  let ending: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (let close = closers.pop(); close !== undefined; close = closers.pop()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, "Not everything could be closed");
  };
  return {
    add: (close) => closers.push(close),
    closeAll: () => (ending ??= end()),
    get closing() {
      return ending !== undefined;
    },
  };
}
