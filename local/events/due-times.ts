import type { CronDay, CronModel, CronWeekday, TimingModel } from "../assembly/messaging-model.ts";

const DAY_MS = 86_400_000;
/** The 29th of February on a given weekday comes at the latest after 40 years. */
const LONGEST_DAYS = 41 * 366;

/**
 * The first time after `now` that is due, in milliseconds since 1970; undefined if there is none any more.
 * Rates count from 1970, so that a local cloud that is often restarted still meets them.
 */
export function nextDue(timing: TimingModel, now: number): number | undefined {
  if (timing.type === "rate") return (Math.floor(now / timing.everyMs) + 1) * timing.everyMs;
  return nextCron(timing.cron, now);
}

function nextCron(cron: CronModel, now: number): number | undefined {
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  const lastYear = cron.years?.at(-1);
  for (let count = 0; count <= LONGEST_DAYS; count += 1) {
    const midnight = today + count * DAY_MS;
    const date = new Date(midnight);
    if (lastYear !== undefined && date.getUTCFullYear() > lastYear) return undefined;
    if (!isOnDay(cron, date)) continue;
    for (const hour of cron.hours) {
      for (const minute of cron.minutes) {
        const time = midnight + (hour * 60 + minute) * 60_000;
        if (time > now) return time;
      }
    }
  }
  return undefined;
}

function isOnDay({ years, months, days, weekdays }: CronModel, date: Date): boolean {
  if (years !== undefined && !years.includes(date.getUTCFullYear())) return false;
  if (!months.includes(date.getUTCMonth() + 1)) return false;
  if (days !== undefined && !days.some((day) => isDay(day, date))) return false;
  return weekdays === undefined || weekdays.some((weekday) => isWeekday(weekday, date));
}

function isDay(day: CronDay, date: Date): boolean {
  const today = date.getUTCDate();
  if (typeof day === "number") return today === day;
  return today === (day === "last" ? lengthOfMonth(date) : workdayNear(day.workdayNear, date));
}

/** Of the same month: a Saturday the 1st gives way to Monday the 3rd. */
function workdayNear(day: number, date: Date): number {
  const length = lengthOfMonth(date);
  if (day > length) return 0;
  const weekday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), day)).getUTCDay();
  if (weekday === 6) return day === 1 ? 3 : day - 1;
  if (weekday === 0) return day === length ? day - 2 : day + 1;
  return day;
}

function isWeekday({ weekday, which }: CronWeekday, date: Date): boolean {
  if (date.getUTCDay() + 1 !== weekday) return false;
  if (which === undefined) return true;
  const day = date.getUTCDate();
  return which === "last" ? day + 7 > lengthOfMonth(date) : Math.ceil(day / 7) === which;
}

const lengthOfMonth = (date: Date): number =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
