/** How far a regression model is off. */
import type { ReactNode } from "react";
import { AxisBelow, AxisBeside, marginFor, ticksBelow, ticksBeside } from "./axes.tsx";
import { formatTicks, formatValue } from "./format.ts";
import { HistogramChart } from "./histogram-chart.tsx";
import { Plot, type Frame, type PlotPoint } from "./plot.tsx";
import styles from "./plot.module.css";
import { linearScale, type Scale } from "./scale.ts";
import type { RegressionCharts } from "./threshold.ts";

interface RegressionChartProps {
  charts: RegressionCharts;
  /** Pixels; 280 by default. */
  height?: number;
}

/** A histogram of prediction minus truth. */
export function ResidualsChart({ charts, height = 280 }: RegressionChartProps): ReactNode {
  const { bin_edges: edges, bin_counts: counts, mean, stddev } = charts.residuals.data;
  return (
    <HistogramChart
      label={`Residuals: mean ${formatValue(mean)}, standard deviation ${formatValue(stddev)}`}
      edges={edges}
      counts={counts}
      xLabel="Prediction minus true value"
      markers={[{ x: mean, label: `mean ${formatValue(mean)}` }]}
      height={height}
    />
  );
}

/** True values of about one size. */
interface TrueBin {
  from: number;
  to: number;
  /** The middle. */
  at: number;
  count: number;
  /** Of the predictions, as the standard deviation below. */
  mean: number;
  error: number;
}

function binsOf({ predicted_true: { data } }: RegressionCharts): TrueBin[] {
  return data.bin_counts.flatMap((count, bin) => {
    const [from, to] = [data.bin_edges[bin] as number, data.bin_edges[bin + 1] as number];
    const [mean, error] = [data.bin_averages[bin] as number, data.bin_errors[bin] as number];
    return count > 0 ? [{ from, to, at: (from + to) / 2, count, mean, error }] : [];
  });
}

/** Mean prediction for true values of about one size, with the standard deviation; below, how many rows there are. */
export function PredictedTrueChart({ charts, height = 280 }: RegressionChartProps): ReactNode {
  const bins = binsOf(charts);
  const values = bins.flatMap(({ from, to, mean, error }) => [from, to, mean - error, mean + error]);
  const yDomain = [Math.min(...values), Math.max(...values)] as const;
  const xDomain = [bins[0]?.from ?? 0, bins.at(-1)?.to ?? 1] as const;
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const draw = (frame: Frame) => {
    const x = linearScale(xDomain, [frame.left, frame.right]);
    const y = linearScale(yDomain, [frame.bottom, frame.top], 5);
    return {
      picture: (
        <>
          <AxisBeside frame={frame} ticks={ticksBeside(y, frame)} label="Mean prediction" />
          {bins.map((bin) => (
            <CountBar key={bin.from} bin={bin} most={most} x={x} frame={frame} />
          ))}
          <AxisBelow frame={frame} ticks={ticksBelow(x, frame)} label="True value" />
          <path className={styles.guide} d={`M${x(xDomain[0])},${y(xDomain[0])}L${x(xDomain[1])},${y(xDomain[1])}`} />
          {bins.map((bin) => (
            <MeanMark key={bin.at} bin={bin} x={x(bin.at)} y={y} />
          ))}
        </>
      ),
      points: bins.map((bin) => pointOf(bin, x(bin.at), y(bin.mean))),
    };
  };
  const low = bins[0];
  const high = bins.at(-1);
  return (
    <Plot
      label={`Predicted against true values: where ${formatValue(low?.at)} is true ${formatValue(low?.mean)} is predicted, where ${formatValue(high?.at)} is true ${formatValue(high?.mean)}`}
      height={height}
      margin={{ left: marginFor(formatTicks(linearScale(yDomain, [0, 1], 5).ticks(5))), top: 26, bottom: 40 }}
      crosshair
      draw={draw}
    />
  );
}

function CountBar({ bin, most, x, frame }: { bin: TrueBin; most: number; x: Scale; frame: Frame }) {
  const tall = (bin.count / most) * (frame.bottom - frame.top) * 0.22;
  const width = Math.max(1, x(bin.to) - x(bin.from) - 1);
  return <rect className={styles.count} x={x(bin.from)} y={frame.bottom - tall} width={width} height={tall} />;
}

function MeanMark({ bin: { mean, error }, x, y }: { bin: TrueBin; x: number; y: Scale }) {
  const [low, high] = [y(mean - error), y(mean + error)];
  return (
    <g>
      <path className={styles.error} d={`M${x},${low}V${high}m-3,0h6M${x - 3},${low}h6`} />
      <circle cx={x} cy={y(mean)} r={3.5} fill="var(--series-1)" />
    </g>
  );
}

const pointOf = ({ from, to, mean, error, count }: TrueBin, x: number, y: number): PlotPoint => ({
  x,
  y,
  title: `True ${formatValue(from)} to ${formatValue(to)}`,
  lines: [
    { label: "Mean prediction", value: formatValue(mean), color: "var(--series-1)" },
    { label: "Standard deviation", value: formatValue(error) },
    { label: "Rows", value: formatValue(count) },
  ],
});
