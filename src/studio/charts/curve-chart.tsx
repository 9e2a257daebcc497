import type { ReactNode } from "react";
import { AxisBelow, AxisBeside, marginFor, ticksBelow, ticksBeside } from "./axes.tsx";
import { formatTicks, formatValue } from "./format.ts";
import { Legend, type Hiding, type LegendEntry } from "./legend.tsx";
import { Plot, type Frame, type PlotPoint } from "./plot.tsx";
import styles from "./plot.module.css";
import { areaPath, linePath } from "./path.ts";
import { linearScale, type Scale } from "./scale.ts";
import { curveIndexAt } from "./threshold.ts";

/** A curve through measured points, each of which can be pointed at. */
export interface Curve {
  id: string;
  label: string;
  xs: readonly number[];
  ys: readonly number[];
  /** Of each point, falling; null: nothing is called positive. */
  thresholds?: readonly (number | null)[];
  color: string;
  dash?: string;
  /** A thin line in the background. */
  isMuted?: boolean;
  /** Sizes of dots at the points, 0 to 1. */
  sizes?: readonly number[];
}

export interface CurveChartProps extends Hiding {
  label: string;
  curves: readonly Curve[];
  xLabel: string;
  yLabel: string;
  height?: number;
  /** 0 to 1 by default. */
  yDomain?: readonly [number, number];
  /** What chance, or perfection, would give: a dotted line. */
  guide?: readonly (readonly [x: number, y: number])[];
  /** Marks the point of the first curve that has thresholds. */
  threshold?: number;
  /** A click or Enter on a point sets its threshold. */
  onThreshold?: (threshold: number) => void;
}

const unit = [0, 1] as const;
/** All muted curves are one entry of the legend, and hidden together. */
const mutedId = "classes";

/** Curves over shares from 0 to 1. */
export function CurveChart(props: CurveChartProps): ReactNode {
  const { curves, hidden = [], yDomain = unit, guide, onThreshold } = props;
  const shown = curves.filter(({ id, isMuted }) => !hidden.includes(isMuted ? mutedId : id));
  const draw = (frame: Frame) => {
    const x = linearScale(unit, [frame.left, frame.right]);
    const y = linearScale(yDomain, [frame.bottom, frame.top]);
    return {
      picture: (
        <>
          <AxisBelow frame={frame} ticks={ticksBelow(x, frame)} label={props.xLabel} />
          <AxisBeside frame={frame} ticks={ticksBeside(y, frame)} label={props.yLabel} />
          {guide && (
            <path className={styles.guide} fill="none" d={linePath(guide.map(([at, value]) => [x(at), y(value)]))} />
          )}
          {shown.toSorted(mutedFirst).map((curve) => (
            <CurveMark key={curve.id} curve={curve} x={x} y={y} isAlone={shown.length === 1} />
          ))}
          <ThresholdMark {...props} curves={shown} frame={frame} x={x} y={y} />
        </>
      ),
      points: shown.flatMap((curve) => curvePoints(curve, x, y, props)),
    };
  };
  const select = (index: number) => {
    const threshold = shown.flatMap(({ xs, thresholds }) => thresholds ?? xs.map(() => null))[index];
    if (typeof threshold === "number") onThreshold?.(Math.min(1, Math.max(0, threshold)));
  };
  return (
    <>
      <Legend entries={legendOf(curves)} hidden={hidden} onHide={props.onHide} />
      <Plot
        label={props.label}
        height={props.height ?? 280}
        margin={{ left: marginFor(formatTicks(linearScale(yDomain, [0, 1]).ticks(5))), top: 26, bottom: 40 }}
        snap="both"
        draw={draw}
        onSelect={onThreshold && select}
      />
    </>
  );
}

function legendOf(curves: readonly Curve[]): LegendEntry[] {
  const muted = curves.find(({ isMuted }) => isMuted);
  const named = curves.filter(({ isMuted }) => !isMuted);
  const all = muted ? [...named, { ...muted, id: mutedId, label: "Each class" }] : named;
  return all.map(({ id, label, color, dash }) => ({ id, label, color, dash, shape: "line" }));
}

const mutedFirst = (a: Curve, b: Curve) => Number(b.isMuted ?? false) - Number(a.isMuted ?? false);

function curvePoints(curve: Curve, x: Scale, y: Scale, props: CurveChartProps): PlotPoint[] {
  return curve.xs.map((at, index) => {
    const value = curve.ys[index] as number;
    const threshold = curve.thresholds?.[index];
    const lines = [
      { label: props.yLabel, value: formatValue(value), color: curve.color },
      { label: props.xLabel, value: formatValue(at) },
    ];
    if (typeof threshold === "number") lines.push({ label: "Threshold", value: formatValue(threshold) });
    return { x: x(at), y: y(value), title: curve.label, lines };
  });
}

function CurveMark({ curve, x, y, isAlone }: { curve: Curve; x: Scale; y: Scale; isAlone: boolean }) {
  const { xs, ys, color, sizes, isMuted = false } = curve;
  const places = xs.map((at, index) => [x(at), y(ys[index] as number)] as [number, number]);
  const d = linePath(places);
  const ground = y(y.domain[0]);
  return (
    <g>
      {isAlone && sizes === undefined && (
        <path
          d={areaPath(
            places,
            places.map(([at]) => [at, ground]),
          )}
          fill={color}
          fillOpacity={0.08}
        />
      )}
      <path
        d={d}
        fill="none"
        stroke={color}
        strokeWidth={isMuted ? 1 : 2}
        strokeOpacity={isMuted ? 0.5 : 1}
        strokeLinejoin="round"
        strokeDasharray={curve.dash}
      />
      {sizes?.map((size, index) => (
        <circle
          key={index}
          cx={places[index]?.[0]}
          cy={places[index]?.[1]}
          r={3 + 5 * Math.sqrt(size)}
          fill={color}
          fillOpacity={0.75}
        />
      ))}
    </g>
  );
}

function ThresholdMark(props: CurveChartProps & { frame: Frame; x: Scale; y: Scale }) {
  const { threshold, frame, x, y } = props;
  const curve = props.curves.find(({ thresholds }) => thresholds !== undefined);
  if (threshold === undefined || curve?.thresholds === undefined) return null;
  const index = curveIndexAt(curve.thresholds, threshold);
  const [at, value] = [x(curve.xs[index] ?? 0), y(curve.ys[index] ?? 0)];
  const before = at > (frame.left + frame.right) / 2;
  return (
    <g>
      <path className={styles.guide} fill="none" d={`M${frame.left},${value}H${at}V${frame.bottom}`} />
      <circle className={styles.ring} cx={at} cy={value} r={5} stroke={curve.color} />
      <text
        className={`${styles.strong} ${styles.halo}`}
        x={at + (before ? -9 : 9)}
        y={Math.min(frame.bottom - 6, value + 18)}
        textAnchor={before ? "end" : "start"}
      >
        {`threshold ${formatValue(threshold)}`}
      </text>
    </g>
  );
}
