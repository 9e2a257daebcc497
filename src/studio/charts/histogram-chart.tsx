import type { ReactNode } from "react";
import { AxisBelow, AxisBeside, marginFor, ticksBelow, ticksBeside } from "./axes.tsx";
import { formatPercent, formatTicks, formatValue } from "./format.ts";
import { ComparisonLegend } from "./legend.tsx";
import { Plot, type Frame, type PlotPoint } from "./plot.tsx";
import styles from "./plot.module.css";
import { linearScale, type Scale, type Tick } from "./scale.ts";

/** Rows of each bin. */
interface Histogram {
  /** One more than counts, rising. */
  edges: readonly number[];
  counts: readonly number[];
}

interface HistogramChartProps extends Histogram {
  /** The main fact of the picture in words. */
  label: string;
  /** What is on the x axis, with its unit. */
  xLabel?: string;
  /** "Rows" by default. */
  yLabel?: string;
  /** Drawn over it as an outline, both as shares of their rows: bins of any width. */
  baseline?: Histogram;
  /** What the two are called: "target" and "baseline" by default. */
  names?: readonly [own: string, baseline: string];
  /** Vertical lines. */
  markers?: readonly { x: number; label: string }[];
  /** Pixels; 220 by default. */
  height?: number;
  /** A small multiple: no axis labels, few ticks. */
  isSmall?: boolean;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Counts, or with a second histogram the share of its rows per unit of x, as the heights of the bins. */
function heights({ edges, counts }: Histogram, asDensity: boolean): number[] {
  if (!asDensity) return [...counts];
  const total = sum(counts) || 1;
  return counts.map((count, bin) => count / total / ((edges[bin + 1] as number) - (edges[bin] as number) || 1));
}

/** How often values fall into each bin. */
export function HistogramChart(props: HistogramChartProps): ReactNode {
  const { edges, baseline, markers = [], isSmall = false, names = defaultNames } = props;
  const isDensity = baseline !== undefined;
  const own = heights(props, isDensity);
  const other = baseline ? heights(baseline, true) : [];
  const most = Math.max(...own, ...other, 0) || 1;
  const all = [...edges, ...(baseline?.edges ?? [])];
  const domain = [Math.min(...all), Math.max(...all)] as const;
  const hasAxis = !isSmall && !isDensity;
  const draw = (frame: Frame) => {
    const x = linearScale(domain, [frame.left, frame.right]);
    const y = linearScale([0, most], [frame.bottom, frame.top], hasAxis ? 4 : 0);
    return {
      picture: (
        <>
          {hasAxis && <AxisBeside frame={frame} ticks={ticksBeside(y, frame)} label={props.yLabel ?? "Rows"} />}
          <Bins edges={edges} heights={own} x={x} y={y} bottom={frame.bottom} />
          {baseline && <path className={styles.overlay} d={outline(baseline.edges, other, x, y)} />}
          <AxisBelow frame={frame} ticks={isSmall ? ends(domain, x) : ticksBelow(x, frame)} label={props.xLabel} />
          {markers.map((marker) => (
            <Mark key={marker.label} label={marker.label} x={x(marker.x)} frame={frame} />
          ))}
        </>
      ),
      points: binPoints(props, own, frame, x, y),
    };
  };
  return (
    <>
      {isDensity && <ComparisonLegend names={names} />}
      <Plot
        label={props.label}
        height={props.height ?? 220}
        margin={{
          left: hasAxis ? marginFor(formatTicks(linearScale([0, most], [0, 1], 4).ticks(5))) : 2,
          right: isSmall ? 2 : 14,
          top: hasAxis ? 26 : 6,
          bottom: props.xLabel === undefined ? 24 : 40,
        }}
        draw={draw}
      />
    </>
  );
}

const defaultNames = ["target", "baseline"] as const;

function binPoints(props: HistogramChartProps, own: number[], frame: Frame, x: Scale, y: Scale): PlotPoint[] {
  const { edges, counts, baseline, names = defaultNames } = props;
  const total = sum(counts) || 1;
  return counts.map((count, bin) => {
    const [from, to] = [edges[bin] as number, edges[bin + 1] as number];
    const lines: PlotPoint["lines"] = [
      { label: baseline ? names[0] : "Rows", value: formatValue(count), color: "var(--series-1)" },
      { label: "Share", value: formatPercent(count / total) },
    ];
    if (baseline && sameEdges(edges, baseline.edges))
      lines.push({ label: names[1], value: formatValue(baseline.counts[bin]), color: "var(--series-2)" });
    return {
      x: (x(from) + x(to)) / 2,
      y: y(own[bin] as number),
      title: `${formatValue(from)} to ${formatValue(to)}`,
      lines,
      dots: [],
      box: { x: x(from), y: frame.top, width: x(to) - x(from), height: frame.bottom - frame.top },
    };
  });
}

function Mark({ label, x, frame }: { label: string; x: number; frame: Frame }) {
  return (
    <g>
      <line className={styles.mark} x1={x} x2={x} y1={frame.top} y2={frame.bottom} />
      <text className={styles.strong} x={x + 5} y={frame.top + 9}>
        {label}
      </text>
    </g>
  );
}

const sameEdges = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((edge, index) => edge === b[index]);

/** The two ends of a small multiple's axis. */
const ends = (domain: readonly number[], x: Scale): Tick[] =>
  domain.map((value) => ({ at: x(value), label: formatValue(value) }));

/** The outline of bins: two corners of each. */
function outline(edges: readonly number[], values: readonly number[], x: Scale, y: Scale): string {
  const corners = values.map(
    (value, bin) => `L${x(edges[bin] as number)},${y(value)}L${x(edges[bin + 1] as number)},${y(value)}`,
  );
  return `M${x(edges[0] as number)},${y(0)}${corners.join("")}L${x(edges.at(-1) as number)},${y(0)}`;
}

function Bins(props: { edges: readonly number[]; heights: number[]; x: Scale; y: Scale; bottom: number }) {
  const { edges, heights, x, y, bottom } = props;
  return heights.map((height, bin) => {
    const [from, to] = [x(edges[bin] as number), x(edges[bin + 1] as number)];
    const gap = to - from > 4 ? 1 : 0;
    // A bin with a few rows among thousands is still to be seen.
    const top = height > 0 ? Math.min(y(height), bottom - 1) : bottom;
    return (
      <rect
        key={bin}
        x={from + gap / 2}
        y={top}
        width={Math.max(0.5, to - from - gap)}
        height={bottom - top}
        fill="var(--series-1)"
        fillOpacity={0.85}
      />
    );
  });
}
