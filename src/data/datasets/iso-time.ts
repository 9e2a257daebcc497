const duration = /^P(?=\d|T\d)(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?$/;
/** Milliseconds of a week, day, hour, minute, second. */
const units = [604_800_000, 86_400_000, 3_600_000, 60_000, 1000];

/** Milliseconds of a duration of ISO 8601 without years and months, which have no fixed length: P7D, PT36H; else NaN. */
export function parseIsoDuration(text: string): number {
  const match = duration.exec(text);
  if (match === null) return NaN;
  return units.reduce((sum, unit, index) => sum + unit * Number(match[index + 1] ?? 0), 0);
}

const form = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** Milliseconds since 1970 of a date of ISO 8601, UTC where it names no zone; NaN for any other text. */
export function parseIsoTime(text: string): number {
  const match = form.exec(text);
  if (match === null) return NaN;
  return Date.parse(text.length === 10 || match[1] !== undefined ? text : `${text}Z`);
}
