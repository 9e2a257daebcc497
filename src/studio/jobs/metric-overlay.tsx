import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { RunComparison } from "../../contract/index.ts";
import { steadyQuery } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { ChartFrame, LineChart } from "../charts/index.ts";
import { EmptyState, ErrorCard, Skeleton } from "../kit/index.ts";
import { pointsOf } from "../runs/index.ts";

/** Lines that can still be told apart. */
const mostLines = 24;
/** Of each line. */
const points = 400;

interface MetricOverlayProps {
  readonly runs: RunComparison["runs"];
  /** Name. */
  readonly metric: string;
}

/** The history of a metric in several runs, by steps. */
export function MetricOverlay({ runs, metric }: MetricOverlayProps): ReactElement {
  const workspace = useWorkspace();
  const shown = runs.slice(0, mostLines);
  const { data, error } = useQuery(
    steadyQuery("sampleMetricHistories", { workspace, body: { runs: shown.map(({ id }) => id), metric, points } }),
  );
  if (error) return <ErrorCard error={error} />;
  if (!data) return <Skeleton height={300} />;
  const series = shown.flatMap(({ id, name }) => {
    const history = data.runs[id];
    return history ? [{ id, label: name, points: pointsOf(history, "step", 0) }] : [];
  });
  if (series.length === 0) return <EmptyState title={`None of these runs has ${metric}`} />;
  return (
    <ChartFrame
      id="metric"
      title={metric}
      description={runs.length > shown.length ? `The first ${shown.length} of ${runs.length} runs.` : undefined}
      fileName={metric}
      table={{
        columns: ["run", "step", metric],
        rows: series.flatMap((one) => one.points.map(([step, value]) => [one.label, step, value])),
      }}
    >
      <LineChart label={`${metric} of ${series.length} runs by step`} series={series} xLabel="Step" />
    </ChartFrame>
  );
}
