import type { ReactNode } from "react";
import { AxisBelow, AxisBeside, marginFor, ticksBelow, ticksBeside } from "./axes.tsx";
import { clipText, formatTicks, formatValue } from "./format.ts";
import { areaPath, linePath } from "./path.ts";
import { Plot, type Frame, type PlotPoint } from "./plot.tsx";
import styles from "./plot.module.css";
import { bandScale, linearScale, type Scale } from "./scale.ts";

export interface PartialDependencePoint {
  /** Of the column; all numbers, rising, or all text. */
  value: number | string;
  /** Mean prediction where all rows have the value. */
  prediction: number;
  /** Standard deviation of the rows' predictions. */
  deviation?: number;
}

interface PartialDependenceChartProps {
  column: string;
  /** What is predicted, with its unit. */
  outputLabel: string;
  points: readonly PartialDependencePoint[];
  /** Values that rows have, as ticks along the axis, where they are numbers: deciles are enough. */
  rug?: readonly number[];
  /** Pixels; 240 by default. */
  height?: number;
}

/** How the mean prediction goes with a column's value: a line for numbers, dots for categories. */
export function PartialDependenceChart(props: PartialDependenceChartProps): ReactNode {
  const { column, outputLabel, points } = props;
  const isNumeric = points.every(({ value }) => typeof value === "number");
  const ends = points.flatMap(({ prediction, deviation = 0 }) => [prediction - deviation, prediction + deviation]);
  const yDomain = [Math.min(...ends), Math.max(...ends)] as const;
  const [low, high] = [Math.min(...points.map((p) => p.prediction)), Math.max(...points.map((p) => p.prediction))];
  const draw = (frame: Frame) => {
    const y = linearScale(yDomain, [frame.bottom - 6, frame.top], 5);
    const values = points.map(({ value }) => Number(value));
    const linear = linearScale([values[0] ?? 0, values.at(-1) ?? 1], [frame.left, frame.right]);
    const band = bandScale(points.length, [frame.left, frame.right]);
    const xs = points.map((_, index) => (isNumeric ? linear(values[index] as number) : band(index) + band.width / 2));
    return {
      picture: (
        <>
          <AxisBeside frame={frame} ticks={ticksBeside(y, frame)} label={outputLabel} />
          <AxisBelow
            frame={frame}
            ticks={isNumeric ? ticksBelow(linear, frame) : categories(points, xs, band.width)}
            label={column}
          />
          {isNumeric ? (
            <Path points={points} xs={xs} y={y} />
          ) : (
            points.map((point, index) => <Dot key={index} point={point} x={xs[index] as number} y={y} />)
          )}
          {isNumeric &&
            props.rug?.map((value, index) => (
              <line key={index} className={styles.mark} {...vertical(linear(value), frame.bottom)} />
            ))}
        </>
      ),
      points: points.map((point, index) => place(props, point, xs[index] as number, y)),
    };
  };
  return (
    <Plot
      label={`${outputLabel} by ${column}: from ${formatValue(low)} to ${formatValue(high)}`}
      height={props.height ?? 240}
      margin={{ left: marginFor(formatTicks(linearScale(yDomain, [0, 1], 5).ticks(6))), top: 26, bottom: 40 }}
      crosshair
      draw={draw}
    />
  );
}

function place(props: PartialDependenceChartProps, point: PartialDependencePoint, x: number, y: Scale): PlotPoint {
  const { value, prediction, deviation } = point;
  return {
    x,
    y: y(prediction),
    title: `${props.column} ${typeof value === "number" ? formatValue(value) : value}`,
    lines: [
      { label: props.outputLabel, value: formatValue(prediction), color: "var(--series-1)" },
      ...(deviation === undefined ? [] : [{ label: "Standard deviation", value: formatValue(deviation) }]),
    ],
  };
}

const vertical = (x: number, bottom: number) => ({ x1: x, x2: x, y1: bottom - 5, y2: bottom });

/** Names of the categories; of many only so many as have 28 pixels each. */
function categories(points: readonly PartialDependencePoint[], xs: readonly number[], width: number) {
  const every = Math.max(1, Math.ceil(28 / Math.max(1, width)));
  return points.flatMap(({ value }, index) =>
    index % every === 0 ? [{ at: xs[index] as number, label: clipText(String(value), width * 1.2 * every) }] : [],
  );
}

function Path({ points, xs, y }: { points: readonly PartialDependencePoint[]; xs: number[]; y: Scale }) {
  const at = (of: (point: PartialDependencePoint) => number) =>
    points.map((point, index) => [xs[index] as number, y(of(point))] as const);
  const above = at(({ prediction, deviation = 0 }) => prediction + deviation);
  const below = at(({ prediction, deviation = 0 }) => prediction - deviation);
  return (
    <>
      <path d={areaPath(above, below)} fill="var(--series-1)" fillOpacity={0.14} />
      <path
        d={linePath(at(({ prediction }) => prediction))}
        fill="none"
        stroke="var(--series-1)"
        strokeWidth={2}
        strokeLinejoin="round"
      />
    </>
  );
}

function Dot({ point, x, y }: { point: PartialDependencePoint; x: number; y: Scale }) {
  const { prediction, deviation = 0 } = point;
  return (
    <g>
      {deviation > 0 && (
        <path className={styles.error} d={`M${x},${y(prediction - deviation)}V${y(prediction + deviation)}`} />
      )}
      <circle cx={x} cy={y(prediction)} r={4.5} fill="var(--series-1)" />
    </g>
  );
}
