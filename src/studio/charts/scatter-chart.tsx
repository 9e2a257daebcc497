import type { ReactNode } from "react";
import { AxisBelow, AxisBeside, marginFor, ticksBelow, ticksBeside } from "./axes.tsx";
import { clipText, formatTicks, formatValue, textWidth } from "./format.ts";
import { Legend, type Hiding, type LegendEntry } from "./legend.tsx";
import { seriesColor } from "./palette.ts";
import { Plot, type Frame, type PlotPoint } from "./plot.tsx";
import styles from "./plot.module.css";
import { linearScale, logScale, type Scale } from "./scale.ts";

interface ScatterPoint {
  id: string;
  label: string;
  x: number;
  y: number;
  /** Colour and legend, by the order in which groups first come. */
  group?: string;
}

interface ScatterChartProps extends Hiding {
  /** The main fact of the picture in words. */
  label: string;
  points: readonly ScatterPoint[];
  xLabel: string;
  yLabel: string;
  /** Of x, for values above zero. */
  isLog?: boolean;
  /** Pixels; 280 by default. */
  height?: number;
  /** An id: drawn with a ring and its name. */
  selected?: string;
  onSelect?: (id: string) => void;
  formatX?: (value: number) => string;
  formatY?: (value: number) => string;
  /** Ids of points that a line joins, and that have their names beside them; the others are drawn hollow. */
  front?: readonly string[];
  frontLabel?: string;
}

const shapes = ["circle", "square", "triangle", "diamond"] as const;
const pathOf = (shape: (typeof shapes)[number], r: number): string => {
  if (shape === "square") return `M${-r},${-r}h${2 * r}v${2 * r}h${-2 * r}z`;
  if (shape === "triangle") return `M0,${-r * 1.25}L${r * 1.15},${r * 0.9}H${-r * 1.15}Z`;
  if (shape === "diamond") return `M0,${-r * 1.35}L${r * 1.35},0L0,${r * 1.35}L${-r * 1.35},0Z`;
  return `M${-r},0a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0`;
};

/** Points by two numbers; groups differ by colour and shape. */
export function ScatterChart(props: ScatterChartProps): ReactNode {
  const { points, hidden = [], onSelect, isLog = false, front } = props;
  const groups = [...new Set(points.map(({ group = "" }) => group))];
  const shown = points.filter(({ group = "", x, y }) => !hidden.includes(group) && Number.isFinite(x + y));
  const [xs, ys] = [shown.map(({ x }) => x), shown.map(({ y }) => y)];
  const yDomain = padded(Math.min(...ys), Math.max(...ys));
  const styleOf: StyleOf = (group = "") => styleAt(groups.indexOf(group));
  const draw = (frame: Frame) => {
    const range = [frame.left + 8, frame.right - 8] as const;
    const [low, high] = [Math.min(...xs), Math.max(...xs)];
    const x = isLog ? logScale([low, high], range) : linearScale([low, high], range, 6);
    const y = linearScale(yDomain, [frame.bottom, frame.top], 5);
    return {
      picture: (
        <>
          <AxisBelow frame={frame} ticks={ticksBelow(x, frame, isLog)} label={props.xLabel} grid />
          <AxisBeside frame={frame} ticks={ticksBeside(y, frame)} label={props.yLabel} />
          {front && <FrontLine ids={front} points={shown} x={x} y={y} />}
          {shown.map((point) => (
            <Mark key={point.id} point={point} x={x(point.x)} y={y(point.y)} style={styleOf(point.group)} of={props} />
          ))}
          <Names
            points={shown}
            named={[props.selected, ...(front ?? [])]}
            x={x}
            y={y}
            frame={frame}
            selected={props.selected}
          />
        </>
      ),
      points: shown.map((point) => place(props, point, x(point.x), y(point.y), styleOf(point.group).color)),
    };
  };
  return (
    <>
      <Legend entries={groups.map((group) => entryOf(group, styleOf(group)))} hidden={hidden} onHide={props.onHide} />
      <Plot
        label={props.label}
        height={props.height ?? 280}
        margin={{ left: marginFor(formatTicks(linearScale(yDomain, [0, 1], 5).ticks(6))), top: 26, bottom: 40 }}
        snap="both"
        draw={draw}
        onSelect={onSelect && ((index) => onSelect((shown[index] as ScatterPoint).id))}
      />
    </>
  );
}

interface Style {
  color: string;
  shape: (typeof shapes)[number];
}
type StyleOf = (group?: string) => Style;

const styleAt = (index: number): Style => ({
  color: seriesColor(index),
  shape: shapes[index % shapes.length] as (typeof shapes)[number],
});

const entryOf = (group: string, { color, shape }: Style): LegendEntry => ({
  id: group,
  label: group,
  color,
  shape: "symbol",
  path: pathOf(shape, 4),
});

function Mark(props: { point: ScatterPoint; x: number; y: number; style: Style; of: ScatterChartProps }) {
  const { point, x, y, style, of } = props;
  const isHollow = of.front !== undefined && !of.front.includes(point.id);
  return (
    <path
      d={pathOf(style.shape, point.id === of.selected ? 6 : 4.5)}
      transform={`translate(${x},${y})`}
      fill={isHollow ? "var(--surface-raised)" : style.color}
      fillOpacity={of.front ? 1 : 0.72}
      stroke={style.color}
      strokeWidth={1.75}
    />
  );
}

function place(props: ScatterChartProps, point: ScatterPoint, x: number, y: number, color: string): PlotPoint {
  const { formatX = formatValue, formatY = formatValue, front, frontLabel = "" } = props;
  const lines: PlotPoint["lines"] = [
    { label: props.yLabel, value: formatY(point.y), color },
    { label: props.xLabel, value: formatX(point.x) },
  ];
  if (front?.includes(point.id)) lines.push({ label: "", value: frontLabel });
  return { x, y, title: point.label, lines };
}

const padded = (low: number, high: number) => [low - (high - low) * 0.08, high + (high - low) * 0.08] as const;

interface Placed {
  points: readonly ScatterPoint[];
  x: Scale;
  y: Scale;
}

/** From the cheapest to the best, in steps: between two models there is none. */
function FrontLine({ ids, points, x, y }: Placed & { ids: readonly string[] }) {
  const steps = ids.flatMap((id) => points.filter((point) => point.id === id));
  const d = steps.map((point, index) =>
    index === 0 ? `M${x(point.x)},${y(point.y)}` : `H${x(point.x)}V${y(point.y)}`,
  );
  return <path className={styles.front} d={d.join("")} />;
}

interface NamesProps extends Placed {
  named: readonly (string | undefined)[];
  frame: Frame;
  selected?: string;
}

/** Names beside points, the selected one's first; those that would cover another name or point are left out. */
function Names({ points, named, x, y, frame, selected }: NamesProps) {
  const taken = points.map((point) => ({ x: x(point.x) - 5, y: y(point.y) - 5, width: 10, height: 10 }));
  return [...new Set(named)].map((id) => {
    const point = points.find((one) => one.id === id);
    if (point === undefined) return null;
    const text = clipText(point.label, 130);
    const width = textWidth(text);
    const [at, level] = [x(point.x), y(point.y)];
    const places = [
      { x: at - width / 2, y: level - 21 },
      { x: at + 4, y: level - 21 },
      { x: at - 4 - width, y: level - 21 },
      { x: at + 10, y: level - 6 },
      { x: at - 10 - width, y: level - 6 },
      { x: at - width / 2, y: level + 8 },
      { x: at + 6, y: level + 8 },
    ].map((place) => ({ ...place, width, height: 12 }));
    const inside = places.filter(
      (place) => place.x >= frame.left && place.x + width <= frame.width && place.y >= 12 && place.y < frame.bottom - 8,
    );
    const free = inside.find((place) => !taken.some((other) => overlaps(place, other)));
    const place = free ?? (id === selected ? inside[0] : undefined);
    if (place === undefined) return null;
    taken.push(place);
    return (
      <g key={id}>
        {id === selected && <circle className={styles.chosen} cx={at} cy={level} r={9} />}
        <text
          className={`${id === selected ? styles.strong : styles.tick} ${styles.halo}`}
          x={place.x}
          y={place.y + 10}
        >
          {text}
        </text>
      </g>
    );
  });
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const overlaps = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
