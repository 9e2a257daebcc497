import type { ReactNode } from "react";
import { clipText, formatLogTicks, formatTicks, formatValue } from "./format.ts";
import styles from "./parallel-coordinates.module.css";
import { Plot, type Frame, type PlotPoint } from "./plot.tsx";
import plotStyles from "./plot.module.css";
import { linearScale, logScale, type Tick } from "./scale.ts";

interface ParallelAxis {
  id: string;
  label: string;
  /** Numbers above zero, by their size. */
  isLog?: boolean;
}

interface ParallelRun {
  id: string;
  label: string;
  /** By axis; null or absent: none. An axis with any text is one of categories. */
  values: Readonly<Record<string, number | string | null | undefined>>;
}

interface ParallelCoordinatesProps {
  axes: readonly ParallelAxis[];
  /** At most 200. */
  runs: readonly ParallelRun[];
  /** The axis whose numbers colour the lines; the last by default. */
  colorBy?: string;
  /** Runs that stand out, by id. */
  selected?: readonly string[];
  onSelect?: (run: string) => void;
  /** Pixels; 320 by default. */
  height?: number;
}

interface Placed extends ParallelAxis {
  /** Pixel of a value; undefined where there is none. */
  place: (value: number | string | null | undefined) => number | undefined;
  ticks: Tick[];
  /** From the least of the numbers, 0, to the greatest, 1. */
  share: (value: number | string | null | undefined) => number | null;
}

function placeAxis(axis: ParallelAxis, runs: readonly ParallelRun[], range: readonly [number, number]): Placed {
  const values = runs.map((run) => run.values[axis.id] ?? null).filter((value) => value !== null);
  const numbers = values.filter((value) => typeof value === "number" && Number.isFinite(value)) as number[];
  if (values.every((value) => typeof value === "number")) {
    const domain = [Math.min(...numbers), Math.max(...numbers)] as const;
    const scale = axis.isLog ? logScale(domain, range) : linearScale(domain, range);
    const inner = scale.ticks(4);
    const labels = (axis.isLog ? formatLogTicks : formatTicks)(inner);
    const at = (value: unknown) => (typeof value === "number" && Number.isFinite(value) ? scale(value) : undefined);
    return {
      ...axis,
      place: at,
      ticks: inner.map((value, index) => ({ at: scale(value), label: labels[index] as string })),
      share: (value) => {
        const pixel = at(value);
        return pixel === undefined ? null : (pixel - range[0]) / (range[1] - range[0]);
      },
    };
  }
  const categories = [...new Set(values.map(String))].toSorted();
  const step = (range[1] - range[0]) / Math.max(1, categories.length);
  const at = (text: string) => range[0] + step * (categories.indexOf(text) + 0.5);
  const every = Math.ceil(14 / Math.max(1, Math.abs(step)));
  return {
    ...axis,
    place: (value) => (value === null || value === undefined ? undefined : at(String(value))),
    ticks: categories.flatMap((text, index) => (index % every === 0 ? [{ at: at(text), label: text }] : [])),
    share: () => null,
  };
}

const colorOf = (share: number | null): string =>
  share === null
    ? "var(--text-faint)"
    : `color-mix(in oklch shorter hue, var(--series-1), var(--series-6) ${Math.round(share * 10) * 10}%)`;

/** Parameters and metrics of many runs: an axis each, a line a run. */
export function ParallelCoordinates(props: ParallelCoordinatesProps): ReactNode {
  const { axes, runs, selected = [], onSelect, colorBy = axes.at(-1)?.id } = props;
  const colored = axes.find(({ id }) => id === colorBy);
  const draw = (frame: Frame) => {
    const placed = axes.map((axis) => placeAxis(axis, runs, [frame.bottom, frame.top]));
    const gap = (frame.right - frame.left) / Math.max(1, axes.length - 1);
    const lines = linesOf(runs, placed, frame, colorBy);
    return {
      picture: (
        <>
          {lines.map(({ run, path, color }) => (
            <path
              key={run.id}
              d={path}
              fill="none"
              stroke={color}
              strokeWidth={selected.includes(run.id) ? 2.5 : 1.25}
              strokeOpacity={selected.includes(run.id) ? 1 : selected.length > 0 ? 0.15 : 0.5}
            />
          ))}
          {placed.map(({ id }, index) => {
            const isLast = index === axes.length - 1;
            const isUsed = lines.some(({ ys }) => ys[index] === noneAt(frame));
            return isUsed && <None key={id} x={frame.left + gap * index} y={noneAt(frame)} isLast={isLast} />;
          })}
          {placed.map((axis, index) => (
            <Axis key={axis.id} axis={axis} x={frame.left + gap * index} frame={frame} gap={gap} index={index} />
          ))}
        </>
      ),
      points: lines.flatMap((line) => pointsOf(line, placed, frame, gap)),
    };
  };
  return (
    <div className={styles.scroll}>
      <div style={{ minWidth: axes.length * 68 }}>
        <Plot
          label={`${runs.length} runs by ${axes.map(({ label }) => label).join(", ")}${colored ? `; coloured by ${colored.label}` : ""}`}
          height={props.height ?? 320}
          margin={{ left: 34, right: 34, top: 52, bottom: 26 }}
          snap="both"
          columns={axes.length}
          draw={draw}
          onSelect={onSelect && ((index) => onSelect((runs[Math.floor(index / axes.length)] as ParallelRun).id))}
        />
      </div>
    </div>
  );
}

/** Where lines go that have no value on an axis. */
const noneAt = (frame: Frame) => frame.bottom + 16;

interface RunLine {
  run: ParallelRun;
  /** On each axis, in pixels. */
  ys: number[];
  path: string;
  color: string;
}

function linesOf(
  runs: readonly ParallelRun[],
  placed: readonly Placed[],
  frame: Frame,
  colorBy: string | undefined,
): RunLine[] {
  const judge = placed.find(({ id }) => id === colorBy);
  const gap = (frame.right - frame.left) / Math.max(1, placed.length - 1);
  return runs.map((run) => {
    const ys = placed.map(({ id, place }) => place(run.values[id]) ?? noneAt(frame));
    const path = ys.map((y, index) => `${index === 0 ? "M" : "L"}${frame.left + gap * index},${y}`).join("");
    return { run, ys, path, color: colorOf(judge?.share(run.values[judge.id]) ?? null) };
  });
}

const pointsOf = ({ run, ys, path, color }: RunLine, placed: readonly Placed[], frame: Frame, gap: number) =>
  ys.map((y, index): PlotPoint => ({
    x: frame.left + gap * index,
    y,
    title: run.label,
    lines: placed.map(({ id, label }) => ({ label, value: textOf(run.values[id]) })),
    dots: [{ y, color }],
    path,
  }));

function None({ x, y, isLast }: { x: number; y: number; isLast: boolean }) {
  return (
    <text
      className={`${plotStyles.tick} ${plotStyles.halo}`}
      x={x + (isLast ? -6 : 6)}
      y={y}
      dy="0.34em"
      textAnchor={isLast ? "end" : "start"}
    >
      none
    </text>
  );
}

const textOf = (value: number | string | null | undefined): string =>
  typeof value === "string" ? value : formatValue(value);

/** Names of neighbours stand at two levels, so that long ones have room. */
function Axis(props: { axis: Placed; x: number; frame: Frame; gap: number; index: number }) {
  const { axis, x, frame, gap, index } = props;
  const isFirst = index === 0;
  const isLast = x > frame.right - 1 && !isFirst;
  const anchor = isFirst ? "start" : isLast ? "end" : "middle";
  return (
    <g>
      <line className={plotStyles.baseline} x1={x} x2={x} y1={frame.top} y2={frame.bottom} />
      <text
        className={plotStyles.strong}
        x={isFirst ? 0 : isLast ? frame.width : x}
        y={index % 2 === 0 ? 12 : 30}
        textAnchor={anchor}
      >
        {clipText(axis.label, (isFirst || isLast ? 1.4 : 1.7) * gap)}
      </text>
      {index % 2 === 0 && <line className={plotStyles.guide} x1={x} x2={x} y1={18} y2={frame.top - 4} />}
      {axis.ticks.map(({ at, label }) => (
        <g key={at}>
          <line className={plotStyles.baseline} x1={x - 3} x2={x + 3} y1={at} y2={at} />
          <text
            className={`${plotStyles.tick} ${plotStyles.halo}`}
            x={isLast ? x - 6 : x + 6}
            y={at}
            dy="0.34em"
            textAnchor={isLast ? "end" : "start"}
          >
            {clipText(label, gap * 0.8)}
          </text>
        </g>
      ))}
    </g>
  );
}
