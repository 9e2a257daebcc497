/** How far a regression model is off. */
import type { ReactNode } from "react";
import { AxisBelow, AxisBeside, marginFor, ticksBelow, ticksBeside } from "./axes.tsx";
import { formatTicks, formatValue } from "./format.ts";
import { HistogramChart } from "./histogram-chart.tsx";
import { Plot, type Frame } from "./plot.tsx";
import styles from "./plot.module.css";
import { linearScale } from "./scale.ts";
import type { RegressionCharts } from "./threshold.ts";

export interface RegressionChartProps {
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

/** Mean prediction for true values of about one size, with the standard deviation; below, how many rows there are. */
export function PredictedTrueChart({ charts, height = 280 }: RegressionChartProps): ReactNode {
  const { bin_edges: edges, bin_counts: counts, bin_averages: means, bin_errors: errors } = charts.predicted_true.data;
  const bins = counts.flatMap((count, bin) => {
    const [from, to] = [edges[bin] as number, edges[bin + 1] as number];
    const [mean, error] = [means[bin] as number, errors[bin] as number];
    return count > 0 ? [{ from, to, at: (from + to) / 2, count, mean, error }] : [];
  });
  const values = bins.flatMap(({ from, to, mean, error }) => [from, to, mean - error, mean + error]);
  const yDomain = [Math.min(...values), Math.max(...values)] as const;
  const xDomain = [edges[0] ?? 0, edges.at(-1) ?? 1] as const;
  const most = Math.max(1, ...counts);
  const draw = (frame: Frame) => {
    const x = linearScale(xDomain, [frame.left, frame.right]);
    const y = linearScale(yDomain, [frame.bottom, frame.top], 5);
    return {
      picture: (
        <>
          <AxisBeside frame={frame} ticks={ticksBeside(y, frame)} label="Mean prediction" />
          {bins.map(({ from, to, count }) => {
            const tall = (count / most) * (frame.bottom - frame.top) * 0.22;
            const width = Math.max(1, x(to) - x(from) - 1);
            return (
              <rect
                key={from}
                x={x(from)}
                y={frame.bottom - tall}
                width={width}
                height={tall}
                fill="var(--text-faint)"
                fillOpacity={0.3}
              />
            );
          })}
          <AxisBelow frame={frame} ticks={ticksBelow(x, frame)} label="True value" />
          <path className={styles.guide} d={`M${x(xDomain[0])},${y(xDomain[0])}L${x(xDomain[1])},${y(xDomain[1])}`} />
          {bins.map(({ at, mean, error }) => (
            <g key={at}>
              <path
                className={styles.error}
                d={`M${x(at)},${y(mean - error)}V${y(mean + error)}m-3,0h6M${x(at) - 3},${y(mean - error)}h6`}
              />
              <circle cx={x(at)} cy={y(mean)} r={3.5} fill="var(--series-1)" />
            </g>
          ))}
        </>
      ),
      points: bins.map(({ from, to, at, count, mean, error }) => ({
        x: x(at),
        y: y(mean),
        title: `True ${formatValue(from)} to ${formatValue(to)}`,
        lines: [
          { label: "Mean prediction", value: formatValue(mean), color: "var(--series-1)" },
          { label: "Standard deviation", value: formatValue(error) },
          { label: "Rows", value: formatValue(count) },
        ],
      })),
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
