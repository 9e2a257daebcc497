const form = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** Milliseconds since 1970 of a date of ISO 8601, UTC where it names no zone; NaN for any other text. */
export function parseIsoTime(text: string): number {
  const match = form.exec(text);
  if (match === null) return NaN;
  return Date.parse(text.length === 10 || match[1] !== undefined ? text : `${text}Z`);
}
