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
