import type { ReactNode } from "react";
import { AxisBelow, ticksBelow } from "./axes.tsx";
import styles from "./beeswarm-chart.module.css";
import { clipText, formatValue, textWidth } from "./format.ts";
import { Plot, type Frame, type PlotPoint } from "./plot.tsx";
import plotStyles from "./plot.module.css";
import { linearScale, type Scale } from "./scale.ts";
import { swarm } from "./swarm.ts";

export interface BeeswarmPoint {
  column: string;
  /** SHAP value: what the column contributed to the row's output. */
  contribution: number;
  /** The column's value from its least, 0, to its greatest, 1; null: none, or no number. */
  value: number | null;
  /** The value as text. */
  text?: string;
}

interface BeeswarmChartProps {
  /** At most 2,000. */
  points: readonly BeeswarmPoint[];
  /** From top to bottom; by default those with the greatest mean size of contributions first. */
  columns?: readonly string[];
  /** Unit of the contributions. */
  valueLabel?: string;
  onSelect?: (column: string) => void;
}

const rowHeight = 40;

function byImportance(points: readonly BeeswarmPoint[]): string[] {
  const sizes = new Map<string, { sum: number; count: number }>();
  for (const { column, contribution } of points) {
    const { sum, count } = sizes.get(column) ?? { sum: 0, count: 0 };
    sizes.set(column, { sum: sum + Math.abs(contribution), count: count + 1 });
  }
  return [...sizes].toSorted(([, a], [, b]) => b.sum / b.count - a.sum / a.count).map(([column]) => column);
}

/** Low values are blue, high ones magenta; no value is grey. */
const colorOf = (value: number | null): string =>
  value === null
    ? "var(--text-faint)"
    : `color-mix(in oklch shorter hue, var(--series-1), var(--series-6) ${Math.round(value * 10) * 10}%)`;

/** What each column contributed to each row: one dot a row. */
export function BeeswarmChart({
  points,
  columns = byImportance(points),
  valueLabel,
  onSelect,
}: BeeswarmChartProps): ReactNode {
  const all = points.map(({ contribution }) => contribution);
  const names = Math.max(30, ...columns.map((column) => textWidth(column, 12) + 12));
  const draw = (outer: Frame) => {
    const frame = { ...outer, left: Math.min(names, outer.width * 0.36) };
    const x = linearScale([Math.min(0, ...all), Math.max(0, ...all)], [frame.left + 8, frame.right - 8]);
    const radius = points.length > 800 ? 2.25 : 3;
    const dots = columns.flatMap((column, row) =>
      rowDots(points, column, x, frame.top + (row + 0.5) * rowHeight, radius),
    );
    return {
      picture: (
        <>
          <AxisBelow frame={frame} ticks={ticksBelow(x, frame)} label={valueLabel} grid />
          <line className={plotStyles.baseline} x1={x(0)} x2={x(0)} y1={frame.top} y2={frame.bottom} />
          <Names columns={columns} frame={frame} />
          {dots.map((dot, index) => (
            <circle key={index} cx={dot.x} cy={dot.y} r={radius} fill={colorOf(dot.point.value)} />
          ))}
        </>
      ),
      points: dots.map((dot) => pointOf(dot, valueLabel)),
    };
  };
  return (
    <>
      <p className={styles.scale}>
        <span>Low value</span>
        <i aria-hidden="true" />
        <span>High value</span>
      </p>
      <Plot
        label={`What columns contributed to each row: most comes from ${columns.slice(0, 3).join(", ")}`}
        height={columns.length * rowHeight + 44}
        margin={{ left: 0, top: 4, right: 4, bottom: 40 }}
        snap="both"
        draw={draw}
        onSelect={onSelect && ((_, point) => onSelect(point.title))}
      />
    </>
  );
}

interface Dot {
  point: BeeswarmPoint;
  x: number;
  y: number;
}

function rowDots(points: readonly BeeswarmPoint[], column: string, x: Scale, middle: number, radius: number): Dot[] {
  const own = points.filter((point) => point.column === column);
  const xs = own.map(({ contribution }) => x(contribution));
  const offsets = swarm(xs, radius, rowHeight / 2 - radius - 1);
  return own.map((point, index) => ({ point, x: xs[index] as number, y: middle + (offsets[index] as number) }));
}

const pointOf = ({ point, x, y }: Dot, valueLabel = "Contribution"): PlotPoint => ({
  x,
  y,
  title: point.column,
  lines: [
    { label: "Value", value: point.text ?? describe(point.value), color: colorOf(point.value) },
    { label: valueLabel, value: formatValue(point.contribution) },
  ],
});

function Names({ columns, frame }: { columns: readonly string[]; frame: Frame }) {
  return columns.map((column, row) => (
    <text
      key={column}
      className={plotStyles.value}
      fontSize={12}
      x={frame.left - 8}
      y={frame.top + (row + 0.5) * rowHeight}
      dy="0.35em"
      textAnchor="end"
    >
      {clipText(column, frame.left - 10, 12)}
    </text>
  ));
}

const describe = (value: number | null): string => (value === null ? "none" : `${formatValue(value)} of the range`);
