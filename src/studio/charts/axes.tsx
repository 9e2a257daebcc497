import type { ReactNode } from "react";
import { clipText, formatLogTicks, formatTicks, textWidth } from "./format.ts";
import type { Frame } from "./plot.tsx";
import styles from "./plot.module.css";
import type { Scale, Tick } from "./scale.ts";

const space = (pixels: number, each: number) => Math.max(2, Math.floor(pixels / each));

/** Ticks of a horizontal axis, as many as have room. */
export function ticksBelow(scale: Scale, frame: Frame, isLog = false): Tick[] {
  for (let count = Math.max(3, space(frame.right - frame.left, isLog ? 56 : 80)); ; count--) {
    const ticks = toTicks(scale, scale.ticks(count), isLog);
    if (count <= 1 || apart(ticks)) return ticks;
  }
}

/** Ticks of a vertical axis. */
export const ticksBeside = (scale: Scale, frame: Frame): Tick[] =>
  toTicks(scale, scale.ticks(Math.min(6, space(frame.bottom - frame.top, 44))), false);

function toTicks(scale: Scale, values: number[], isLog: boolean): Tick[] {
  const labels = (isLog ? formatLogTicks : formatTicks)(values);
  return values.map((value, index) => ({ at: scale(value), label: labels[index] as string }));
}

const apart = (ticks: readonly Tick[]): boolean =>
  ticks.every((tick, index) => {
    const before = ticks[index - 1];
    if (before === undefined) return true;
    return tick.at - before.at >= (textWidth(tick.label) + textWidth(before.label)) / 2 + 8;
  });

/** The left margin that the texts of an axis from `low` to `high` need, in pixels. */
export function marginFor(labels: readonly string[], least = 20, most = 160): number {
  return Math.min(most, Math.max(least, ...labels.map((label) => textWidth(label) + 10)));
}

interface AxisProps {
  frame: Frame;
  ticks: readonly Tick[];
  /** What is measured, with its unit. */
  label?: string;
  grid?: boolean;
}

/** The axis below. Its label stands at the right end, under the ticks, where the margin below is 40 or more. */
export function AxisBelow({ frame, ticks, label, grid = false }: AxisProps): ReactNode {
  return (
    <g>
      {ticks.map(({ at, label: text }) => {
        const half = textWidth(text) / 2;
        return (
          <g key={at}>
            {grid && <line className={styles.grid} x1={at} x2={at} y1={frame.top} y2={frame.bottom} />}
            <text
              className={styles.tick}
              x={Math.min(frame.width - half, Math.max(half, at))}
              y={frame.bottom + 16}
              textAnchor="middle"
            >
              {text}
            </text>
          </g>
        );
      })}
      <line className={styles.baseline} x1={frame.left} x2={frame.right} y1={frame.bottom} y2={frame.bottom} />
      {label !== undefined && (
        <text className={styles.axis} x={frame.right} y={frame.bottom + 33} textAnchor="end">
          {clipText(`${label} →`, frame.right)}
        </text>
      )}
    </g>
  );
}

/** The axis on the left, its label above it: the margin on top is 28 or more then. */
export function AxisBeside({ frame, ticks, label, grid = true }: AxisProps): ReactNode {
  return (
    <g>
      {ticks.map(({ at, label: text }) => (
        <g key={at}>
          {grid && <line className={styles.grid} x1={frame.left} x2={frame.right} y1={at} y2={at} />}
          <text className={styles.tick} x={frame.left - 8} y={at} dy="0.34em" textAnchor="end">
            {clipText(text, frame.left - 8)}
          </text>
        </g>
      ))}
      {label !== undefined && (
        <text className={styles.axis} x={0} y={10}>
          {clipText(`↑ ${label}`, frame.width)}
        </text>
      )}
    </g>
  );
}
