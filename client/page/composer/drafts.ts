const PREFIX = "parley-draft/";
const keyOf = (userId: string, conversationId: string): string =>
  `${PREFIX}${encodeURIComponent(userId)}/${conversationId}`;

/** What was typed and not sent, kept per user and conversation. A browser that forbids storing keeps nothing. */
export function readDraft(userId: string, conversationId: string): string {
  return attempt(() => localStorage.getItem(keyOf(userId, conversationId))) ?? "";
}

export function keepDraft(userId: string, conversationId: string, text: string): void {
  const key = keyOf(userId, conversationId);
  attempt(() => (text === "" ? localStorage.removeItem(key) : localStorage.setItem(key, text)));
}

export function forgetDrafts(userId: string): void {
  attempt(() => {
    const own = Object.keys(localStorage).filter((key) => key.startsWith(keyOf(userId, "")));
    for (const key of own) localStorage.removeItem(key);
  });
}

function attempt<T>(run: () => T): T | null {
  try {
    return run();
  } catch {
    return null;
  }
}
