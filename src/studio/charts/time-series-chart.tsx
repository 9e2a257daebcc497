import type { ReactNode } from "react";
import { formatValue } from "./format.ts";
import { LineChart, type ChartMarker, type LineSeries } from "./line-chart.tsx";
import type { Hiding } from "./legend.tsx";

interface TimeSeriesChartProps extends Hiding {
  /** What is measured: "Requests per second". Also the axis' label, with the unit. */
  label: string;
  unit?: string;
  /** x in milliseconds since 1970. */
  series: readonly LineSeries[];
  /** Milliseconds since 1970. */
  from: number;
  to: number;
  /** What happened meanwhile, such as deploys. */
  events?: readonly ChartMarker[];
  /** Pixels; 200 by default. */
  height?: number;
}

/** Rates, latencies or errors over time, from zero. */
export function TimeSeriesChart(props: TimeSeriesChartProps): ReactNode {
  const { label, unit, series, from, to, events, ...rest } = props;
  const latest = series.flatMap(({ label: name, points }) => {
    const last = points.findLast(([, value]) => value !== null)?.[1];
    return typeof last === "number" ? [`${name} ${formatValue(last)}${unit ? ` ${unit}` : ""}`] : [];
  });
  return (
    <LineChart
      {...rest}
      label={`${label}, latest: ${latest.join(", ") || "nothing was measured"}`}
      yLabel={unit === undefined ? label : `${label}, ${unit}`}
      series={series}
      xDomain={[from, to]}
      fromZero
      isTime
      markers={events}
      height={props.height ?? 200}
      formatY={(value) => `${formatValue(value)}${unit ? ` ${unit}` : ""}`}
    />
  );
}
