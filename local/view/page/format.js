/** @param {string | number} time */
export function clockTime(time) {
  return new Date(time).toLocaleTimeString("en-GB");
}

/**
 * A time gone by in its largest unit; 0 s for one that lies ahead.
 * @param {number} ms
 */
export function span(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/**
 * Milliseconds with one decimal while that says something.
 * @param {number | null} ms
 */
export function millis(ms) {
  if (ms === null) return "–";
  return ms < 10 ? ms.toFixed(1) : Math.round(ms).toLocaleString("en");
}

/** @param {number | null} units */
export function units(units) {
  return units === null ? "–" : String(Math.round(units * 10) / 10);
}

/**
 * @param {number} count
 * @param {string} one
 */
export function counted(count, one) {
  return `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`;
}
