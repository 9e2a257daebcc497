import { bisector } from "d3-array";
import type { ReactNode } from "react";
import { AxisBelow, AxisBeside, marginFor, ticksBelow, ticksBeside } from "./axes.tsx";
import { decimate, type LinePoint } from "./decimate.ts";
import { clipText, formatTicks, formatValue, textWidth } from "./format.ts";
import { Legend, type Hiding } from "./legend.tsx";
import { linePath } from "./path.ts";
import { seriesColor, seriesDash } from "./palette.ts";
import { Plot, type Frame, type PlotPoint } from "./plot.tsx";
import styles from "./plot.module.css";
import { linearScale, type Scale } from "./scale.ts";
import { formatTime, timeTicks } from "./time.ts";

export interface LineSeries {
  id: string;
  label: string;
  /** x rising; y null: a gap. More than 2,000 are thinned out to the least and greatest of each pixel. */
  points: readonly LinePoint[];
}

/** Something that happened at an x: a vertical line with a word. */
export interface ChartMarker {
  x: number;
  label: string;
}

interface LineChartProps extends Hiding {
  /** The main fact of the picture in words. */
  label: string;
  series: readonly LineSeries[];
  /** Of x where it is no time, with its unit. */
  xLabel?: string;
  /** What is measured, with its unit. */
  yLabel?: string;
  /** Pixels; 240 by default. */
  height?: number;
  /** By default what the points need. */
  xDomain?: readonly [number, number];
  /** The y axis begins at zero. */
  fromZero?: boolean;
  /** x is in milliseconds since 1970. */
  isTime?: boolean;
  formatY?: (value: number) => string;
  markers?: readonly ChartMarker[];
}

interface Shown extends LineSeries {
  color: string;
  dash: string | undefined;
}

type Domain = readonly [number, number];

const byX = bisector((point: LinePoint) => point[0]);
/** Points within so many pixels belong to one place of the crosshair. */
const reach = 6;

function extentOf(values: Iterable<number | null>): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value === null || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

function valueDomain(shown: readonly LineSeries[], fromZero: boolean): Domain {
  const [low, high] = extentOf(shown.flatMap(({ points }) => points.map(([, y]) => y)));
  return fromZero ? [Math.min(0, low), Math.max(high, 0) || 1] : [low, high];
}

/** Lines over a common x. */
export function LineChart(props: LineChartProps): ReactNode {
  const { series, hidden = [], onHide, markers = [], isTime = false } = props;
  const styled = series.map((one, index) => ({ ...one, color: seriesColor(index), dash: seriesDash(index) }));
  const shown = styled.filter(({ id }) => !hidden.includes(id));
  const yDomain = valueDomain(shown, props.fromZero ?? false);
  const xDomain = props.xDomain ?? extentOf(series.flatMap(({ points }) => points.map(([x]) => x)));
  const draw = (frame: Frame) => {
    const x = linearScale(xDomain, [frame.left, frame.right]);
    const y = linearScale(yDomain, [frame.bottom, frame.top], 5);
    const thinned = shown.map((one) => ({ ...one, points: decimate(one.points, frame.right - frame.left) }));
    const ticks = isTime
      ? timeTicks(xDomain[0], xDomain[1], Math.max(2, Math.floor((frame.right - frame.left) / 64)))
      : [];
    const below = isTime ? ticks.map(({ value, label }) => ({ at: x(value), label })) : ticksBelow(x, frame);
    return {
      picture: (
        <>
          <AxisBelow frame={frame} ticks={below} label={props.xLabel} />
          <AxisBeside frame={frame} ticks={ticksBeside(y, frame)} label={props.yLabel} />
          <Markers markers={markers} frame={frame} x={x} />
          {thinned.map((one) => (
            <Line key={one.id} series={one} x={x} y={y} isAlone={shown.length === 1} bottom={frame.bottom} />
          ))}
        </>
      ),
      points: places(thinned, x, y, props),
    };
  };
  return (
    <>
      <Legend entries={styled.map((one) => ({ ...one, shape: "line" as const }))} hidden={hidden} onHide={onHide} />
      <Plot
        label={props.label}
        height={props.height ?? 240}
        margin={{
          left: marginFor(formatTicks(linearScale(yDomain, [0, 1], 5).ticks(6))),
          top: (props.yLabel === undefined ? 8 : 26) + (markers.length > 0 ? 14 : 0),
          bottom: props.xLabel === undefined ? 26 : 40,
        }}
        crosshair
        draw={draw}
      />
    </>
  );
}

/** One place of the crosshair for all points that stand at about the same x. */
function places(shown: readonly Shown[], x: Scale, y: Scale, props: LineChartProps): PlotPoint[] {
  const format = props.formatY ?? formatValue;
  const xs = new Map<number, number>();
  for (const { points } of shown)
    for (const [at, value] of points) if (value !== null && Number.isFinite(value)) xs.set(Math.round(x(at) / 2), at);
  return [...xs.values()]
    .sort((a, b) => a - b)
    .map((at) => {
      const found = shown.flatMap((one) => {
        const point = one.points[byX.center(one.points, at)];
        if (
          point === undefined ||
          point[1] === null ||
          !Number.isFinite(point[1]) ||
          Math.abs(x(point[0]) - x(at)) > reach
        )
          return [];
        return [{ label: one.label, value: point[1], color: one.color }];
      });
      return {
        x: x(at),
        y: Math.min(...found.map(({ value }) => y(value))),
        title: props.isTime ? formatTime(at) : `${props.xLabel ?? "x"} ${formatValue(at)}`,
        lines: found.map(({ label, value, color }) => ({ label, value: format(value), color })),
        dots: found.map(({ value, color }) => ({ y: y(value), color })),
      };
    });
}

function Line(props: { series: Shown; x: Scale; y: Scale; isAlone: boolean; bottom: number }) {
  const { series, x, y, isAlone, bottom } = props;
  const { points } = series;
  const d = linePath(
    points.map(([at, value]) => (value === null || !Number.isFinite(value) ? null : [x(at), y(value)])),
  );
  const isWhole = points.length > 1 && points.every(([, value]) => value !== null);
  const lonely = points.filter(
    ([, value], index) =>
      value !== null && (points[index - 1]?.[1] ?? null) === null && (points[index + 1]?.[1] ?? null) === null,
  );
  return (
    <g>
      {isAlone && isWhole && (
        <path
          d={`${d}L${x((points.at(-1) as LinePoint)[0])},${bottom}L${x((points[0] as LinePoint)[0])},${bottom}Z`}
          fill={series.color}
          fillOpacity={0.08}
        />
      )}
      <path
        d={d}
        fill="none"
        stroke={series.color}
        strokeWidth={1.75}
        strokeLinejoin="round"
        strokeDasharray={series.dash}
      />
      {lonely.map(([at, value]) => (
        <circle key={at} cx={x(at)} cy={y(value as number)} r={2.5} fill={series.color} />
      ))}
    </g>
  );
}

/** Words that would run into the one before are left out; their lines stay. */
function Markers({ markers, frame, x }: { markers: readonly ChartMarker[]; frame: Frame; x: Scale }) {
  let end = 0;
  return markers.map((marker, index) => {
    const at = x(marker.x);
    if (at < frame.left || at > frame.right) return null;
    const text = clipText(marker.label, 110);
    const width = textWidth(text);
    const start = Math.min(at, frame.width - width);
    const fits = start >= end;
    if (fits) end = start + width + 8;
    return (
      <g key={index}>
        <title>{marker.label}</title>
        <line className={styles.guide} x1={at} x2={at} y1={frame.top - 4} y2={frame.bottom} />
        <path d={`M${at - 4},${frame.top - 6}h8l-4,6z`} className={styles.tick} />
        {fits && (
          <text className={styles.tick} x={start} y={frame.top - 9}>
            {text}
          </text>
        )}
      </g>
    );
  });
}
