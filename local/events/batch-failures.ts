/**
 * What a function that reports item failures answered: the identifiers of those that failed. Undefined
 * where the answer is not a valid report: the service then takes the whole batch as failed.
 */
export function failedItems(payload: unknown, known: ReadonlySet<string>): ReadonlySet<string> | undefined {
  if (payload === null || payload === undefined) return new Set();
  if (typeof payload !== "object") return undefined;
  const report = (payload as { batchItemFailures?: unknown }).batchItemFailures;
  // An answer without the list, or with null for it, is a success.
  if (report === undefined || report === null) return new Set();
  if (!Array.isArray(report)) return undefined;
  const failed = new Set<string>();
  for (const item of report as unknown[]) {
    const id: unknown = (item as { itemIdentifier?: unknown } | null)?.itemIdentifier;
    if (typeof id !== "string" || !known.has(id)) return undefined;
    failed.add(id);
  }
  return failed;
}
