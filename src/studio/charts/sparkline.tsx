import type { ReactNode } from "react";
import "./palette.css";
import { formatValue } from "./format.ts";
import { linePath } from "./path.ts";
import { linearScale } from "./scale.ts";

interface SparklineProps {
  /** In order; null: a gap. */
  values: readonly (number | null)[];
  /** What is measured; the range and the last value are added. */
  label: string;
  /** Pixels; 96 x 24 by default. */
  width?: number;
  height?: number;
}

/** A line of the size of a word, with its last value as a dot. */
export function Sparkline({ values, label, width = 96, height = 24 }: SparklineProps): ReactNode {
  const there = values.filter((value) => value !== null);
  const last = values.findLastIndex((value) => value !== null);
  const x = linearScale([0, Math.max(1, values.length - 1)], [3, width - 4]);
  const y = linearScale([Math.min(...there), Math.max(...there)], [height - 4, 4]);
  const d = linePath(values.map((value, index) => (value === null ? null : [x(index), y(value)])));
  const said =
    there.length === 0
      ? `${label}: no values`
      : `${label}: last ${formatValue(values[last])}, from ${formatValue(Math.min(...there))} to ${formatValue(Math.max(...there))}`;
  return (
    <svg width={width} height={height} role="img" aria-label={said}>
      <path d={d} fill="none" stroke="var(--series-1)" strokeWidth={1.5} />
      {last >= 0 && <circle cx={x(last)} cy={y(values[last] as number)} r={2.5} fill="var(--series-1)" />}
    </svg>
  );
}
