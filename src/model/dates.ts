/** Dates in scoring requests: ISO 8601 (the profile of RFC 3339), and a date without a time. */
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
