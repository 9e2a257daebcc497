import type { ReactNode } from "react";
import type { ColumnImportance } from "../../contract/index.ts";
import { AxisBelow, ticksBelow } from "./axes.tsx";
import { clipText, formatAlike, formatValue, textWidth } from "./format.ts";
import { Plot, type Frame } from "./plot.tsx";
import styles from "./plot.module.css";
import { bandScale, linearScale, type Scale } from "./scale.ts";

interface Bar {
  id: string;
  label: string;
  value: number;
  /** Standard deviation: a whisker to both sides. */
  deviation?: number;
  /** CSS colour; by default one for what is above zero and one for what is below. */
  color?: string;
}

interface BarChartProps {
  /** The main fact of the picture in words. */
  label: string;
  /** From top to bottom. */
  bars: readonly Bar[];
  /** What is measured, with its unit. */
  valueLabel?: string;
  format?: (value: number) => string;
  selected?: string;
  onSelect?: (id: string) => void;
}

const rowHeight = 26;

/** Horizontal bars, one a row, each with its name and its value. */
export function BarChart(props: BarChartProps): ReactNode {
  const { bars, onSelect, format = formatAlike(props.bars.map(({ value }) => value)) } = props;
  const bottom = props.valueLabel === undefined ? 24 : 40;
  const names = Math.max(30, ...bars.map(({ label }) => textWidth(label, 12) + 12));
  const values = Math.max(0, ...bars.map(({ value }) => textWidth(format(value)) + 10));
  const draw = (outer: Frame) => {
    const frame = { ...outer, left: Math.min(names, outer.width * 0.42) };
    const ends = bars.flatMap(({ value, deviation = 0 }) => [value - deviation, value + deviation]);
    const low = Math.min(0, ...ends);
    const room = low < 0 ? values : 0;
    const x = linearScale([low, Math.max(0, ...ends) || (low < 0 ? 0 : 1)], [frame.left + room, frame.right - values]);
    const y = bandScale(bars.length, [frame.top, frame.bottom], 0.3);
    return {
      picture: (
        <>
          <AxisBelow frame={frame} ticks={ticksBelow(x, frame)} label={props.valueLabel} grid />
          {bars.map((bar, index) => (
            <Row key={bar.id} bar={bar} x={x} y={y(index)} height={y.width} frame={frame} format={format} {...props} />
          ))}
          <line className={styles.baseline} x1={x(0)} x2={x(0)} y1={frame.top} y2={frame.bottom} />
        </>
      ),
      points: bars.map(({ label, value, deviation }, index) => ({
        x: x(value),
        y: y(index) + y.width / 2,
        title: label,
        lines: [
          { label: props.valueLabel ?? "", value: (props.format ?? formatValue)(value) },
          ...(deviation ? [{ label: "Standard deviation", value: (props.format ?? formatValue)(deviation) }] : []),
        ],
        dots: [],
        box: { x: 1, y: y(index) - 3, width: frame.width - 2, height: y.width + 6 },
      })),
    };
  };
  return (
    <Plot
      label={props.label}
      height={bars.length * rowHeight + bottom + 4}
      margin={{ left: 0, top: 4, bottom, right: 4 }}
      snap="both"
      columns={1}
      draw={draw}
      onSelect={onSelect && ((index) => onSelect((bars[index] as Bar).id))}
    />
  );
}

interface RowProps extends BarChartProps {
  bar: Bar;
  x: Scale;
  y: number;
  height: number;
  frame: Frame;
  format: (value: number) => string;
}

function Row({ bar, x, y, height, frame, format, selected }: RowProps) {
  const { value, deviation = 0 } = bar;
  const [from, to] = [x(Math.min(0, value)), x(Math.max(0, value))];
  const middle = y + height / 2;
  const end = value < 0 ? x(value - deviation) - 6 : x(value + deviation) + 6;
  const fill = bar.color ?? (value < 0 ? "var(--series-2)" : "var(--series-1)");
  return (
    <g>
      <text
        className={selected === bar.id ? styles.strong : styles.value}
        fontSize={12}
        x={frame.left - 8}
        y={middle}
        dy="0.35em"
        textAnchor="end"
      >
        {clipText(bar.label, frame.left - 10, 12)}
      </text>
      <rect x={from} y={y} width={Math.max(1, to - from)} height={height} rx={2} fill={fill} />
      {deviation > 0 && (
        <path
          className={styles.whisker}
          d={`M${x(value - deviation)},${middle}H${x(value + deviation)}m0,-3v6M${x(value - deviation)},${middle - 3}v6`}
        />
      )}
      <text className={styles.tick} x={end} y={middle} dy="0.35em" textAnchor={value < 0 ? "end" : "start"}>
        {format(value)}
      </text>
    </g>
  );
}

interface ImportanceChartProps {
  /** Permutation importance, or mean absolute SHAP values with deviation 0. */
  columns: readonly ColumnImportance[];
  /** Name of the metric that gets worse, or of the unit. */
  metric: string;
  /** The most important; 20 by default. */
  limit?: number;
  /** A column's name. */
  selected?: string;
  onSelect?: (column: string) => void;
}

/** What the columns are worth to a model, the most important first. */
export function ImportanceChart({ columns, metric, limit = 20, selected, onSelect }: ImportanceChartProps): ReactNode {
  const first = columns.toSorted((a, b) => b.mean - a.mean).slice(0, limit);
  const names = first.slice(0, 3).map(({ name }) => name);
  return (
    <BarChart
      label={`Importance of columns: ${names.join(", ")} matter most`}
      bars={first.map(({ name, mean, deviation }) => ({ id: name, label: name, value: mean, deviation }))}
      valueLabel={metric}
      selected={selected}
      onSelect={onSelect}
    />
  );
}
