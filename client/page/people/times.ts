const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const short = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const dayOfYear = new Intl.DateTimeFormat(undefined, { dateStyle: "long" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "narrow" });

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export const exactTime = (at: string): string => exact.format(new Date(at));
export const clockTime = (at: string): string => clock.format(new Date(at));

/** A clock that runs ahead makes no future. */
export function relativeTime(at: number, now: number): string {
  const ago = Math.max(0, now - at);
  if (ago < MINUTE_MS) return relative.format(0, "second");
  if (ago < HOUR_MS) return relative.format(-Math.floor(ago / MINUTE_MS), "minute");
  if (ago < DAY_MS) return relative.format(-Math.floor(ago / HOUR_MS), "hour");
  return ago < 7 * DAY_MS ? relative.format(-Math.floor(ago / DAY_MS), "day") : short.format(at);
}

/** The name of a day, as it stands above its messages. */
export function dayName(at: string, now = new Date()): string {
  const date = new Date(at);
  const days = Math.round((midnight(now) - midnight(date)) / DAY_MS);
  if (days === 0 || days === 1) {
    const name = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(-days, "day");
    return name.charAt(0).toLocaleUpperCase() + name.slice(1);
  }
  return (date.getFullYear() === now.getFullYear() ? day : dayOfYear).format(date);
}

export const isSameDay = (one: string, other: string): boolean =>
  midnight(new Date(one)) === midnight(new Date(other));

const midnight = (date: Date): number => new Date(date).setHours(0, 0, 0, 0);
