/** From a metric's history to the points of a line. */
import type { MetricValue } from "../../contract/index.ts";

/** What is on the x axis: steps, milliseconds since 1970, or seconds since the first value. */
export type MetricAxis = "step" | "time" | "relative";

export interface History {
  readonly steps: readonly number[];
  /** Milliseconds since 1970. */
  readonly timestamps: readonly number[];
  readonly values: readonly MetricValue[];
}

/**
 * Points with rising x; what is no number is a gap.
 * @param smooth 0 to 0.99: exponential moving average with this weight of what came before, corrected for its start
 */
export function pointsOf(history: History, axis: MetricAxis, smooth: number): [number, number | null][] {
  const start = history.timestamps.reduce((least, time) => Math.min(least, time), Infinity);
  const at = (index: number): number => {
    const time = history.timestamps[index] as number;
    return axis === "step" ? (history.steps[index] as number) : axis === "time" ? time : (time - start) / 1000;
  };
  const points = history.values
    .map((value, index): [number, number | null] => [at(index), typeof value === "number" ? value : null])
    .sort(([a], [b]) => a - b);
  return smooth > 0 ? smoothed(points, smooth) : points;
}

/** Of base 10; what is not above zero has none. */
export function logarithms(points: readonly [number, number | null][]): [number, number | null][] {
  return points.map(([x, value]) => [x, value !== null && value > 0 ? Math.log10(value) : null]);
}

function smoothed(points: readonly [number, number | null][], weight: number): [number, number | null][] {
  let average = 0;
  let share = 1;
  return points.map(([x, value]) => {
    if (value === null) return [x, null];
    average = weight * average + (1 - weight) * value;
    share *= weight;
    return [x, average / (1 - share)];
  });
}
