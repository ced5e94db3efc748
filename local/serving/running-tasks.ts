/** Work that was started for an event nobody awaits: collected, so that an end can wait for it. */
export interface RunningTasks {
  add(task: Promise<unknown>): void;
  /** Resolves once nothing is running, what was added meanwhile included. */
  settle(): Promise<void>;
}

export function createRunningTasks(onFailure: (cause: unknown) => void): RunningTasks {
  const running = new Set<Promise<void>>();
  return {
    add(task) {
      const tracked: Promise<void> = task
        .then(() => undefined, onFailure)
        .finally(() => {
          running.delete(tracked);
        });
      running.add(tracked);
    },
    async settle() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
