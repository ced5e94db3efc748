const PREFIX = "parley-draft/";
const keyOf = (userId: string, conversationId: string): string =>
  `${PREFIX}${encodeURIComponent(userId)}/${conversationId}`;

/** What the browser would not store, being full or forbidding it: kept as long as the page. */
const unstored = new Map<string, string>();

/** What was typed and not sent, kept per user and conversation. */
export function readDraft(userId: string, conversationId: string): string {
  const key = keyOf(userId, conversationId);
  try {
    return unstored.get(key) ?? localStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

export function keepDraft(userId: string, conversationId: string, text: string): void {
  const key = keyOf(userId, conversationId);
  unstored.delete(key);
  try {
    if (text === "") localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    if (text !== "") unstored.set(key, text);
  }
}

/** Whether something that was typed would be gone with the page. */
export const hasUnstoredDraft = (): boolean => unstored.size > 0;

export function forgetDrafts(userId: string): void {
  unstored.clear();
  try {
    const own = Object.keys(localStorage).filter((key) => key.startsWith(keyOf(userId, "")));
    for (const key of own) localStorage.removeItem(key);
  } catch {
    // Nothing was stored.
  }
}
