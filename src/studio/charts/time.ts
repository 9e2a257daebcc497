/** Ticks of an axis of time, in the zone of the browser. */

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [1, 5, 15, 30]
  .flatMap((count) => [count * second, count * minute])
  .concat([hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour, day, 2 * day, 7 * day, 14 * day])
  .toSorted((a, b) => a - b);

/** Made at its first use: this file is loaded with pages that have no chart, and a format costs milliseconds. */
const format = (options: Intl.DateTimeFormatOptions) => {
  let made: Intl.DateTimeFormat | undefined;
  return { format: (at: number): string => (made ??= new Intl.DateTimeFormat("en-GB", options)).format(at) };
};
const clockSeconds = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const clock = format({ hour: "2-digit", minute: "2-digit" });
const dayMonth = format({ day: "numeric", month: "short" });
const monthYear = format({ month: "short", year: "numeric" });
const full = format({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** A moment in words; milliseconds since 1970. */
export const formatTime = (at: number): string => full.format(at);

/** At most `count` round moments from `from` to `to` (milliseconds since 1970), rising, with their texts. */
export function timeTicks(from: number, to: number, count: number): { value: number; label: string }[] {
  const span = Math.max(1, to - from);
  const step = steps.find((candidate) => span / candidate <= Math.max(1, count));
  if (step === undefined) return monthTicks(from, to, count);
  // Round by the clock on the wall: whole days and hours begin elsewhere in every zone.
  const offset = -new Date(from).getTimezoneOffset() * minute;
  const found: { value: number; label: string }[] = [];
  for (let value = Math.ceil((from + offset) / step) * step - offset; value <= to; value += step)
    found.push({ value, label: labelOf(value, step) });
  return found.slice(0, Math.max(1, count));
}

function labelOf(value: number, step: number): string {
  if (step < minute) return clockSeconds.format(value);
  const date = new Date(value);
  const midnight = date.getHours() === 0 && date.getMinutes() === 0;
  return step >= day || midnight ? dayMonth.format(value) : clock.format(value);
}

function monthTicks(from: number, to: number, count: number): { value: number; label: string }[] {
  const start = new Date(from);
  const months = (to - from) / (30 * day);
  const step = [1, 3, 6, 12, 24, 60, 120, 600].find((size) => months / size <= Math.max(1, count)) ?? 1200;
  const found: { value: number; label: string }[] = [];
  const first = Math.ceil((start.getFullYear() * 12 + start.getMonth()) / step) * step;
  for (let month = first; found.length < Math.max(1, count); month += step) {
    const value = new Date(Math.floor(month / 12), month % 12, 1).getTime();
    if (value > to) break;
    if (value >= from) found.push({ value, label: monthYear.format(value) });
  }
  return found;
}
