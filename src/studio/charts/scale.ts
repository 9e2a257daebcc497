/**
 * From values to pixels. d3-scale would do it in 10 KB gzip, most of it colours and formats that no chart here needs;
 * what is hard about ticks is d3-array's.
 */
import { nice, ticks } from "d3-array";

/** A place on an axis, in pixels, with its text. */
export interface Tick {
  at: number;
  label: string;
}

export interface Scale {
  (value: number): number;
  /** The value at a pixel. */
  invert(pixel: number): number;
  domain: readonly [low: number, high: number];
  /** About `count` round values within the domain, rising. */
  ticks(count: number): number[];
}

type Pair = readonly [number, number];

/** Doubles end at 1.8e308: the distance of these two, made round, is still one. */
const greatest = 4e307;
/** And lose digits below 2.2e-308. */
const least = 1e-290;

/** A domain of one value is widened, so that the value stands in the middle; so is one without room for ticks. */
function widened(domain: Pair): [number, number] {
  if (domain.some((value) => !Number.isFinite(value))) return [0, 1];
  const [low, high] = domain.map((value) => Math.min(greatest, Math.max(-greatest, value))) as [number, number];
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (high - low > Math.max(least, size * 1e-12)) return [low, high];
  const by = size > least ? size * 0.1 : 0.5;
  return [low - by, high + by];
}

/** @param niceCount The domain is widened to round numbers, for about so many ticks; 0: as it is. */
export function linearScale(domain: Pair, range: Pair, niceCount = 0): Scale {
  const wide = widened(domain);
  const [low, high] = niceCount > 0 ? nice(wide[0], wide[1], niceCount) : wide;
  const [from, to] = range;
  const scale = (value: number) => from + ((value - low) / (high - low)) * (to - from);
  return Object.assign(scale, {
    invert: (pixel: number) => low + ((pixel - from) / (to - from || 1)) * (high - low),
    domain: [low, high] as const,
    ticks: (count: number) => ticks(low, high, Math.max(1, count)),
  });
}

/** Decimal logarithm; what is not above zero stands at the low end. */
export function logScale(domain: Pair, range: Pair): Scale {
  const least = Math.max(Number.MIN_VALUE, domain[0]);
  const low = 10 ** (Math.floor(Math.log10(least) * 2) / 2);
  const high = 10 ** (Math.ceil(Math.log10(Math.max(least, domain[1])) * 2) / 2);
  const inner = linearScale([Math.log10(low), Math.log10(high > low ? high : low * 10)], range);
  const scale = (value: number) => inner(Math.log10(Math.max(low, value)));
  return Object.assign(scale, {
    invert: (pixel: number) => 10 ** inner.invert(pixel),
    domain: [low, 10 ** inner.domain[1]] as const,
    ticks: (count: number) => logTicks(inner.domain, count),
  });
}

function logTicks([from, to]: Pair, count: number): number[] {
  const decades = to - from;
  const factors = decades * 3 <= count ? [1, 2, 5] : [1];
  const step = Math.max(1, Math.ceil(decades / Math.max(1, count)));
  const found: number[] = [];
  for (let power = Math.floor(from); power <= Math.ceil(to); power += step)
    for (const factor of factors) {
      const value = power < 0 ? factor / 10 ** -power : factor * 10 ** power;
      const log = Math.log10(value);
      if (log >= from - 1e-9 && log <= to + 1e-9) found.push(value);
    }
  return found;
}

export interface BandScale {
  /** The start of a band, in pixels. */
  (index: number): number;
  /** Width of a band, in pixels. */
  width: number;
  /** The band at a pixel; the nearest where there is none. */
  invert(pixel: number): number;
}

/** Bands of one width, side by side. @param padding The share of each step that stays empty, 0 to 1. */
export function bandScale(count: number, [from, to]: Pair, padding = 0.2): BandScale {
  const step = (to - from) / Math.max(1, count);
  const scale = (index: number) => from + step * (index + padding / 2);
  return Object.assign(scale, {
    width: step * (1 - padding),
    invert: (pixel: number) => Math.min(count - 1, Math.max(0, Math.floor((pixel - from) / (step || 1)))),
  });
}
