/** Holds a lock that the user's tabs share, from when it is free until `signal` is aborted; `work` runs meanwhile. */
export async function holdLock(
  name: string,
  mode: LockMode,
  signal: AbortSignal,
  work: () => () => void = () => () => undefined,
): Promise<void> {
  const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  const held = async (): Promise<void> => {
    if (signal.aborted) return;
    const stop = work();
    await aborted;
    stop();
  };
  // Rejects when it is aborted before it was free.
  await navigator.locks.request(name, { mode, signal }, held).catch(() => undefined);
}

/** Whether any tab holds it now. */
export async function isHeld(name: string): Promise<boolean> {
  const { held = [] } = await navigator.locks.query();
  return held.some((lock) => lock.name === name);
}
