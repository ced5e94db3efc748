/** Milliseconds since the epoch as clients see them. */
export const iso = (ms: number): string => new Date(ms).toISOString();
/** The same for a time that may not have come. */
export const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));
