/** The entries, by the name of what becomes of them in `dist`. */
export const ENTRIES: Readonly<
  Record<"index.js" | "on-demand.js" | "node.js" | "react.js" | "terminal.js", object>
>;

/** What `dist` holds under this name, and its source map; null where it has none. */
export function bundle(
  to: keyof typeof ENTRIES,
): Promise<{ readonly code: string; readonly map: string | null }>;
