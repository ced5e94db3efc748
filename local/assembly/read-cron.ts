import type { CronDay, CronModel, CronWeekday } from "./messaging-model.ts";

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/**
 * `cron(minutes hours day-of-month month day-of-week year)`; null where the service would not accept it
 * (docs: EventBridge, cron expressions).
 */
export function readCron(expression: string): CronModel | null {
  const [, text] = /^cron\((.+)\)$/.exec(expression) ?? [];
  const fields = (text ?? "").trim().split(/\s+/);
  const [minute = "", hour = "", day = "", month = "", weekday = "", year = ""] = fields;
  // One of the two says which days; the other is a question mark.
  if (fields.length !== 6 || (day === "?") === (weekday === "?")) return null;
  const minutes = numbersOf(minute, 0, 59);
  const hours = numbersOf(hour, 0, 23);
  const months = numbersOf(month, 1, 12, MONTHS);
  const years = year === "*" ? undefined : numbersOf(year, 1970, 2199);
  const days = day === "?" || day === "*" ? undefined : daysOf(day);
  const weekdays = weekday === "?" || weekday === "*" ? undefined : weekdaysOf(weekday);
  if (minutes === null || hours === null || months === null) return null;
  if (years === null || days === null || weekdays === null) return null;
  return {
    minutes,
    hours,
    months,
    ...(years === undefined ? {} : { years }),
    ...(days === undefined ? {} : { days }),
    ...(weekdays === undefined ? {} : { weekdays }),
  };
}

function daysOf(field: string): CronDay[] | null {
  if (field === "L") return ["last"];
  const [, near] = /^(\d+)W$/.exec(field) ?? [];
  if (near !== undefined) return inRange(Number(near), 1, 31) ? [{ workdayNear: Number(near) }] : null;
  return numbersOf(field, 1, 31);
}

function weekdaysOf(field: string): CronWeekday[] | null {
  const [, named = "", nth] = /^(\w+?)(?:#(\d)|L)$/.exec(field) ?? [];
  if (field === "L" || named !== "") {
    const weekday = field === "L" ? 7 : numberOf(named, WEEKDAYS, 1);
    if (!inRange(weekday, 1, 7) || (nth !== undefined && !inRange(Number(nth), 1, 5))) return null;
    return [{ weekday, which: nth === undefined ? "last" : Number(nth) }];
  }
  return numbersOf(field, 1, 7, WEEKDAYS)?.map((weekday) => ({ weekday })) ?? null;
}

/** Lists, ranges and steps: `0,30`, `8-17`, `0/15`, `MON-FRI`. */
function numbersOf(field: string, from: number, to: number, names: readonly string[] = []): number[] | null {
  const found = new Set<number>();
  for (const part of field.split(",")) {
    const [, range = "", step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    const [first, last] = range === "*" ? [from, to] : boundsOf(range, step === undefined, to, names, from);
    if (!inRange(first, from, to) || !inRange(last, from, to) || step === "0") return null;
    if (first <= last) addRange(found, first, last, Number(step ?? 1));
    else {
      // `SAT-MON` goes on at the beginning.
      addRange(found, first, to, Number(step ?? 1));
      addRange(found, from, last, Number(step ?? 1));
    }
  }
  return [...found].sort((a, b) => a - b);
}

function boundsOf(
  range: string,
  isSingle: boolean,
  to: number,
  names: readonly string[],
  from: number,
): [number, number] {
  const [first = "", last] = range.split("-");
  const start = numberOf(first, names, from);
  if (last !== undefined) return [start, numberOf(last, names, from)];
  return [start, isSingle ? start : to];
}

function addRange(into: Set<number>, from: number, to: number, step: number): void {
  for (let value = from; value <= to; value += step) into.add(value);
}

function numberOf(text: string, names: readonly string[], from: number): number {
  const at = names.indexOf(text.toUpperCase());
  if (at >= 0) return at + from;
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

const inRange = (value: number, from: number, to: number): boolean => value >= from && value <= to;
