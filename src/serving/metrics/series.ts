/** Requests counted by minute, deployment, outcome and mirroring. */
import { bucketCount, bucketOf } from "./buckets.ts";

export interface Series {
  /** Milliseconds since 1970: the start of the minute. */
  readonly minute: number;
  /** Empty where none was chosen. */
  readonly deployment: string;
  /** "ok", or the code of an error. */
  readonly outcome: string;
  readonly mirrored: boolean;
  requests: number;
  rows: number;
  /** Sum. */
  milliseconds: number;
  /** Rows. */
  collected: number;
  dropped: number;
  readonly buckets: Float64Array;
}

interface SeriesTable {
  /** Made where it is not there. @param at milliseconds since 1970, in the minute */
  find(at: number, deployment: string, outcome: string, mirrored: boolean): Series;
  all(): Iterable<Series>;
  /** Takes out all that was counted. */
  take(): Series[];
}

const minuteMilliseconds = 60_000;
/** While the disk takes nothing the oldest make room beyond so many. */
const mostSeries = 5000;

export function createSeriesTable(): SeriesTable {
  let table = new Map<string, Series>();
  /** Requests come in runs of the same kind. */
  let last: Series | null = null;

  function look(minute: number, deployment: string, outcome: string, mirrored: boolean): Series {
    const key = `${minute} ${mirrored} ${outcome} ${deployment}`;
    let series = table.get(key);
    if (series === undefined) {
      if (table.size >= mostSeries) table.delete(table.keys().next().value as string);
      series = newSeries(minute, deployment, outcome, mirrored);
      table.set(key, series);
    }
    last = series;
    return series;
  }

  return {
    find(at, deployment, outcome, mirrored) {
      const minute = Math.floor(at / minuteMilliseconds) * minuteMilliseconds;
      const same =
        last !== null &&
        last.minute === minute &&
        last.deployment === deployment &&
        last.outcome === outcome &&
        last.mirrored === mirrored;
      return same ? (last as Series) : look(minute, deployment, outcome, mirrored);
    },
    all: () => table.values(),
    take() {
      const taken = [...table.values()];
      table = new Map();
      last = null;
      return taken;
    },
  };
}

function newSeries(minute: number, deployment: string, outcome: string, mirrored: boolean): Series {
  const counts = { requests: 0, rows: 0, milliseconds: 0, collected: 0, dropped: 0 };
  return { minute, deployment, outcome, mirrored, ...counts, buckets: new Float64Array(bucketCount) };
}

export function countRequest(series: Series, rows: number, milliseconds: number): void {
  series.requests++;
  series.rows += rows;
  series.milliseconds += milliseconds;
  series.buckets[bucketOf(milliseconds)]!++;
}

export function addSeries(sum: Series, added: Series): void {
  sum.requests += added.requests;
  sum.rows += added.rows;
  sum.milliseconds += added.milliseconds;
  sum.collected += added.collected;
  sum.dropped += added.dropped;
  for (let bucket = 0; bucket < bucketCount; bucket++) sum.buckets[bucket]! += added.buckets[bucket]!;
}

/** A line of a file of metrics: what was counted since the line before. */
export interface MetricsLine {
  /** From 1, without gaps. */
  readonly seq: number;
  /** Milliseconds since 1970; null where there was no request. */
  readonly lastRequestAt: number | null;
  /** Milliseconds since 1970, by the name of the key. */
  readonly keys: Readonly<Partial<Record<"primary" | "secondary", number>>>;
  readonly series: readonly PackedSeries[];
}

/** Fields of Series in their order; of the buckets only those that count something: bucket, count, bucket, count … */
export type PackedSeries = readonly [
  minute: number,
  deployment: string,
  outcome: string,
  mirrored: boolean,
  requests: number,
  rows: number,
  milliseconds: number,
  collected: number,
  dropped: number,
  buckets: readonly number[],
];

export function packSeries(series: Series): PackedSeries {
  const { minute, deployment, outcome, mirrored, requests, rows, milliseconds, collected, dropped } = series;
  const buckets: number[] = [];
  series.buckets.forEach((count, bucket) => {
    if (count > 0) buckets.push(bucket, count);
  });
  const rounded = Math.round(milliseconds * 1000) / 1000;
  return [minute, deployment, outcome, mirrored, requests, rows, rounded, collected, dropped, buckets];
}

export function unpackSeries(packed: PackedSeries): Series {
  const [minute, deployment, outcome, mirrored, requests, rows, milliseconds, collected, dropped, pairs] = packed;
  const buckets = new Float64Array(bucketCount);
  for (let i = 0; i < pairs.length; i += 2) buckets[pairs[i]!] = pairs[i + 1]!;
  return { minute, deployment, outcome, mirrored, requests, rows, milliseconds, collected, dropped, buckets };
}
