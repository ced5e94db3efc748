/**
 * What looking through these messages counts in a user's rate of reads: 100 of up to 1,000 bytes are one.
 * `largest` is the longest content of their conversation, in bytes.
 */
export const weightOf = (messages: number, largest: number): number =>
  Math.max(1, Math.ceil((messages * Math.max(1_000, largest)) / 100_000));
