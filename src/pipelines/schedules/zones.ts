/** Time zones by the names that people write, and the date that it is in them. */
import { findIana } from "windows-iana";

/** "Europe/Berlin" for itself, "W. Europe Standard Time" (as Azure ML wrote it) for "Europe/Berlin"; null for neither. */
export function zoneOf(name: string): string | null {
  const [iana] = findIana(name as Parameters<typeof findIana>[0]);
  try {
    return new Intl.DateTimeFormat("en", { timeZone: iana ?? name }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

/** A day of the calendar, and a time of it. The weekday is 0 for Monday. */
export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  /** Days since 1970-01-01. */
  readonly days: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

export function localTime(instant: Date, zone: string): LocalTime {
  let format = formats.get(zone);
  if (format === undefined) {
    const numeric = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" } as const;
    format = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", { timeZone: zone, hourCycle: "h23", ...numeric });
    formats.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = parts;
  const days = Math.floor(Date.UTC(year, month - 1, day) / 86_400_000);
  // 1970-01-01 was a Thursday.
  return { year, month, day, hour, minute, days, weekday: (((days + 3) % 7) + 7) % 7 };
}

const dayLength = 86_400_000;

/** What a clock in the zone shows, to the minute, written as the instant at which a clock in UTC shows it. */
export function clockOf(instant: Date, zone: string): Date {
  const { days, hour, minute } = localTime(instant, zone);
  return new Date(days * dayLength + (hour * 60 + minute) * 60_000);
}

/** The first instant at which a clock in the zone shows this time (as `clockOf` gives it), or a later one after a gap. */
export function instantOf(clock: Date, zone: string): Date {
  const ahead = (instant: number): number => clockOf(new Date(instant), zone).getTime() - instant;
  const time = Math.floor(clock.getTime() / 60_000) * 60_000;
  const [before, after] = [ahead(time - dayLength), ahead(time + dayLength)];
  for (const offset of [before, after]) if (ahead(time - offset) === offset) return new Date(time - offset);
  // A time that no clock shows: the change itself, between the instants that the two offsets give.
  let [early, late] = [time - Math.max(before, after) - 60_000, time - Math.min(before, after)];
  while (late - early > 60_000) {
    const middle = early + Math.floor((late - early) / 120_000) * 60_000;
    if (ahead(middle) === after) late = middle;
    else early = middle;
  }
  return new Date(late);
}
