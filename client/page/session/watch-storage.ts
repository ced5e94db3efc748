import type { ChatStorage } from "@parley/client";

/** The same storage, which also tells that something was not kept: it is full, blocked or broken. */
export function watchStorage(storage: ChatStorage, failed: () => void): ChatStorage {
  const set = async (key: string, value: unknown): Promise<void> => {
    try {
      await storage.set(key, value);
    } catch (cause) {
      failed();
      throw cause;
    }
  };
  return { ...storage, set };
}
