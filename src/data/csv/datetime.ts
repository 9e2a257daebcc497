/**
 * Dates and times in text: ISO 8601 (2024-02-29, 2024-02-29T12:30:00.5+01:00, a blank for the T, slashes for the
 * dashes) and three numbers with a year of four digits last (29/02/2024, 2-29-2024, 29.2.2024 12:30, 2/29/2024 1:30 PM).
 * A time without a zone is taken as UTC.
 */
export type DateForm = "iso" | "/" | "-" | ".";

const clock = "[T ](\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?(?: ?([AaPp][Mm]))?";
const yearFirst = new RegExp(
  `^(\\d{4})([-/])(\\d{1,2})\\2(\\d{1,2})(?:${clock} ?(Z|z|UTC|[+-]\\d{2}(?::?\\d{2})?)?)?$`,
);
const yearLast = new RegExp(`^(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4})(?:${clock})?$`);
const msPerDay = 86_400_000;

/** What `readDateTime` found. */
export interface DateReading {
  readonly form: DateForm;
  /** Milliseconds since 1970 UTC; for a year-last form, of month/day/year, NaN when that is no date. */
  readonly monthFirst: number;
  /** The same for day/month/year; equal to `monthFirst` for ISO. */
  readonly dayFirst: number;
}

/** Null when the trimmed text is no date. */
export function readDateTime(text: string): DateReading | null {
  // Eight characters is the shortest date; the test spares text columns the regular expressions.
  const first = text.charCodeAt(0);
  if (first < 48 || first > 57 || text.length < 8 || text.length > 40) return null;
  let parts = yearFirst.exec(text);
  if (parts) {
    const time = timeOfDay(parts, 5);
    const value = dayNumber(Number(parts[1]), Number(parts[3]), Number(parts[4])) + time;
    return Number.isNaN(value) ? null : { form: "iso", monthFirst: value, dayFirst: value };
  }
  parts = yearLast.exec(text);
  if (!parts) return null;
  const time = timeOfDay(parts, 5);
  const year = Number(parts[4]);
  const monthFirst = dayNumber(year, Number(parts[1]), Number(parts[3])) + time;
  const dayFirst = dayNumber(year, Number(parts[3]), Number(parts[1])) + time;
  if (Number.isNaN(monthFirst) && Number.isNaN(dayFirst)) return null;
  return { form: parts[2] as DateForm, monthFirst, dayFirst };
}

/** The same moment with day and month exchanged, for a column that turns out to have the day first. */
export function exchangeDayAndMonth(milliseconds: number): number {
  const date = new Date(milliseconds);
  const day = dayNumber(date.getUTCFullYear(), date.getUTCDate(), date.getUTCMonth() + 1);
  return day + (((milliseconds % msPerDay) + msPerDay) % msPerDay);
}

function dayNumber(year: number, month: number, day: number): number {
  if (month < 1 || month > 12 || day < 1 || day > 31) return NaN;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCDate() === day ? date.getTime() : NaN;
}

/** Milliseconds after midnight UTC; NaN when it is no time. */
function timeOfDay(parts: RegExpExecArray, at: number): number {
  if (parts[at] === undefined) return 0;
  let hour = Number(parts[at]);
  const minute = Number(parts[at + 1]);
  const second = Number(parts[at + 2] ?? 0);
  const fraction = parts[at + 3];
  const half = parts[at + 4]?.toLowerCase();
  if (half) {
    if (hour < 1 || hour > 12) return NaN;
    hour = (hour % 12) + (half === "pm" ? 12 : 0);
  }
  if (hour > 23 || minute > 59 || second > 59) return NaN;
  const milliseconds = fraction ? Math.floor(Number(`0.${fraction}`) * 1000 + 1e-6) : 0;
  const zone = zoneMinutes(parts[at + 5]);
  return ((hour * 60 + minute - zone) * 60 + second) * 1000 + milliseconds;
}

function zoneMinutes(zone: string | undefined): number {
  if (!zone || /^(z|utc)$/i.test(zone)) return 0;
  const digits = zone.slice(1).replace(":", "");
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2) || 0);
  if (hours > 14 || minutes > 59) return NaN;
  return (zone[0] === "-" ? -1 : 1) * (hours * 60 + minutes);
}
