/** Dates in scoring requests: ISO 8601 (the profile of RFC 3339), and a date without a time; and the parts of a date. */
import type { CyclicPart, DatePart } from "./types.ts";

const pattern = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** Milliseconds since 1970-01-01T00:00:00Z; without an offset the time is UTC. NaN when `text` is not a date. */
export function parseIsoDate(text: string): number {
  const match = pattern.exec(text);
  if (!match) return NaN;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (hour > 23 || minute > 59 || second > 59) return NaN;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  // JavaScript turns February 30 into March 2; a date that moved was none.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return NaN;
  const fraction = Number((match[7] ?? "0").padEnd(3, "0").slice(0, 3));
  return date.setUTCHours(hour, minute, second, fraction) - offsetMilliseconds(match[8]);
}

function offsetMilliseconds(offset: string | undefined): number {
  if (offset === undefined || offset === "Z") return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(-2));
  if (hours > 23 || minutes > 59) return NaN;
  return (offset.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

const millisecondsPerDay = 86_400_000;

/** From 1. Not by Date.UTC, which takes the years 0 to 99 for 1900 to 1999. */
function dayOfYear(milliseconds: number): number {
  const newYear = new Date(milliseconds).setUTCMonth(0, 1);
  return Math.floor(milliseconds / millisecondsPerDay) - Math.floor(newYear / millisecondsPerDay) + 1;
}

/** For each cyclic part its values at the first, second … place of a turn: 12 months, 7 days, 24 hours. */
export function cyclicValues(part: CyclicPart): number[] {
  const turn = part.startsWith("month") ? 12 : part.startsWith("hour") ? 24 : 7;
  const of = part.endsWith("Sin") ? Math.sin : Math.cos;
  return Array.from({ length: turn }, (_, place) => of((2 * Math.PI * place) / turn));
}

const cyclic = Object.fromEntries(
  (["monthSin", "monthCos", "dayOfWeekSin", "dayOfWeekCos", "hourSin", "hourCos"] as const).map((part) => {
    return [part, cyclicValues(part)];
  }),
) as Record<CyclicPart, number[]>;

/** `milliseconds` since 1970-01-01T00:00:00Z; NaN gives NaN. */
export function datePart(part: DatePart, milliseconds: number): number {
  if (part === "elapsedDays") return milliseconds / millisecondsPerDay;
  const date = new Date(milliseconds);
  switch (part) {
    case "year":
      return date.getUTCFullYear();
    case "month":
      return date.getUTCMonth() + 1;
    case "day":
      return date.getUTCDate();
    case "dayOfWeek":
      return date.getUTCDay();
    case "dayOfYear":
      return dayOfYear(milliseconds);
    case "hour":
      return date.getUTCHours();
    case "minute":
      return date.getUTCMinutes();
    case "monthSin":
    case "monthCos":
      return cyclic[part][date.getUTCMonth()] ?? NaN;
    case "dayOfWeekSin":
    case "dayOfWeekCos":
      return cyclic[part][date.getUTCDay()] ?? NaN;
    case "hourSin":
    case "hourCos":
      return cyclic[part][date.getUTCHours()] ?? NaN;
  }
}
