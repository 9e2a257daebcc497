/** Numbers, sizes, durations and times as text. Pure: the same in Node and in the browser but for the time zone. */

/** Made at its first use: it costs a millisecond, and the first page that is drawn needs none. */
let compactFormat: Intl.NumberFormat | undefined;

/** By their decimals: to make one costs more than to draw the cell that it is for. */
const decimalFormats = new Map<number, Intl.NumberFormat>();

function decimalFormat(decimals: number): Intl.NumberFormat {
  let format = decimalFormats.get(decimals);
  if (!format) {
    format = new Intl.NumberFormat("en-US", { maximumFractionDigits: decimals });
    decimalFormats.set(decimals, format);
  }
  return format;
}

export interface NumberFormat {
  /** Significant digits of a number that is not whole; 4 by default. */
  readonly digits?: number;
  /** 12.3K in place of 12,345. */
  readonly compact?: boolean;
}

/**
 * 1234 as "1,234", 0.94781234 as "0.9478", 0.00001234 as "1.234e-5". Whole numbers keep all their digits; no number
 * (null, undefined) is "–" and NaN says so.
 */
export function formatNumber(value: number | null | undefined, options: NumberFormat = {}): string {
  if (value === null || value === undefined) return "–";
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  // Of the two zeros one is enough.
  return formatFinite(value + 0, options).replace(/^-/, "−");
}

function formatFinite(value: number, { digits = 4, compact: isCompact = false }: NumberFormat): string {
  const size = Math.abs(value);
  if (isCompact && size >= 10_000) {
    compactFormat ??= new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });
    return compactFormat.format(value);
  }
  if (size >= 1e15) return value.toExponential(digits - 1).replace("e+", "e");
  if (Number.isInteger(value)) return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
  if (size < 1e-4) return value.toExponential(digits - 1);
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return decimalFormat(Math.min(decimals, 20)).format(value);
}

/** A share of 1 as "12.3 %"; one decimal, two below 1 %. */
export function formatPercent(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return "–";
  const percent = share * 100;
  const decimals = percent !== 0 && Math.abs(percent) < 1 ? 2 : 1;
  return `${decimalFormat(decimals).format(percent)} %`.replace(/^-/, "−");
}

const sizes = ["B", "KB", "MB", "GB", "TB", "PB"];

/** Bytes in steps of 1,000 with three digits: 1536 is "1.54 KB". */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined || !Number.isFinite(bytes)) return "–";
  let amount = bytes;
  let step = 0;
  while (Number(Math.abs(amount).toPrecision(3)) >= 1000 && step < sizes.length - 1) {
    amount /= 1000;
    step += 1;
  }
  const text = step === 0 ? String(Math.round(amount)) : String(Number(amount.toPrecision(3)));
  return `${text} ${sizes[step] ?? "B"}`;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Milliseconds in the two largest units that matter: "480 ms", "3.2 s", "1 min 5 s", "2 h 13 min", "4 d 2 h". */
export function formatDuration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return "–";
  if (ms < 0) return `−${formatDuration(-ms)}`;
  if (ms < 1) return ms === 0 ? "0 ms" : `${formatNumber(ms * 1000, { digits: 3 })} µs`;
  if (Math.round(ms) < second) return `${Math.round(ms)} ms`;
  if (Math.round(ms / 100) < 600) return `${(ms / second).toFixed(1)} s`;
  const seconds = Math.round(ms / second);
  if (seconds < 3600) return twoUnits(Math.floor(seconds / 60), "min", seconds % 60, "s");
  const minutes = Math.round(ms / minute);
  if (minutes < 24 * 60) return twoUnits(Math.floor(minutes / 60), "h", minutes % 60, "min");
  const hours = Math.round(ms / hour);
  return twoUnits(Math.floor(hours / 24), "d", hours % 24, "h");
}

function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** A point in time: what the API sends (ISO 8601), milliseconds since 1970, or a Date. */
export type TimePoint = string | number | Date;

/** Milliseconds since 1970; null where it is no time. */
export function timeOf(at: TimePoint | null | undefined): number | null {
  if (at === null || at === undefined) return null;
  const ms = at instanceof Date ? at.getTime() : typeof at === "number" ? at : Date.parse(at);
  return Number.isFinite(ms) ? ms : null;
}

/** How long before or after `now`: "just now", "5 min ago", "in 2 h", "3 d ago"; the date beyond 30 days. */
export function formatRelativeTime(at: TimePoint | null | undefined, now: number, timeZone = ""): string {
  const ms = timeOf(at);
  if (ms === null) return "–";
  const distance = Math.abs(now - ms);
  if (distance >= 30 * day) return formatDate(ms, timeZone);
  if (distance < 10 * second) return "just now";
  const text = largestUnit(distance);
  return ms > now ? `in ${text}` : `${text} ago`;
}

function largestUnit(distance: number): string {
  if (distance < minute) return `${Math.floor(distance / second)} s`;
  if (distance < hour) return `${Math.floor(distance / minute)} min`;
  if (distance < day) return `${Math.floor(distance / hour)} h`;
  return `${Math.floor(distance / day)} d`;
}

/** "2026-09-04" in the viewer's time zone (or `timeZone`). */
export function formatDate(at: TimePoint | null | undefined, timeZone = ""): string {
  return formatDateTime(at, timeZone).slice(0, 10);
}

/** By time zone. */
const dateTimeFormats = new Map<string, Intl.DateTimeFormat>();

function dateTimeFormat(timeZone: string): Intl.DateTimeFormat {
  let format = dateTimeFormats.get(timeZone);
  if (!format) {
    // The Swedish form of a date is that of ISO 8601.
    format = new Intl.DateTimeFormat("sv-SE", {
      dateStyle: "short",
      timeStyle: "medium",
      timeZone,
    });
    dateTimeFormats.set(timeZone, format);
  }
  return format;
}

/** "2026-09-04 17:03:59" in the viewer's time zone (or `timeZone`): sorts as text and reads the same everywhere. */
export function formatDateTime(at: TimePoint | null | undefined, timeZone = ""): string {
  const ms = timeOf(at);
  if (ms === null) return "–";
  // A list shows many: without Intl, whose first format takes milliseconds.
  if (timeZone === "UTC") return isoDateTime(ms);
  return timeZone === ""
    ? isoDateTime(ms - new Date(ms).getTimezoneOffset() * minute)
    : dateTimeFormat(timeZone).format(ms);
}

/** Of a time in UTC; Dates hold 100,000,000 days to either side of 1970, and beyond the year 9999 a sign and six digits. */
function isoDateTime(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime())
    ? "–"
    : date
        .toISOString()
        .replace(/\.\d+Z$/, "")
        .replace("T", " ");
}

/** "2026-09-04 15:03:59 UTC", which stands in the title of every time. */
export function formatUtc(at: TimePoint | null | undefined): string {
  const ms = timeOf(at);
  return ms === null ? "–" : `${formatDateTime(ms, "UTC")} UTC`;
}
