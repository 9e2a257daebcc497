import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { RunComparison, RunItem } from "../../contract/index.ts";
import { query, steadyQuery } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { ChartFrame, ScatterChart } from "../charts/index.ts";
import { EmptyState, ErrorCard, Select, Skeleton, statusLook, Toolbar } from "../kit/index.ts";
import { More } from "./grouped-runs.tsx";
import type { JobsSearch } from "./jobs-search.ts";
import { ParallelRuns } from "./parallel-runs.tsx";
import { useChangeJobs } from "./use-change-jobs.ts";

interface JobsChartsProps {
  readonly runs: readonly RunItem[];
  readonly search: JobsSearch;
  readonly hasMore: boolean;
  readonly onMore: () => void;
}

/** Runs whose metrics are offered as axes. */
const looked = 50;

/** Two metrics of the loaded runs against each other, and all values of the selected ones. */
export default function JobsCharts({ runs, search, hasMore, onMore }: JobsChartsProps): ReactElement {
  const workspace = useWorkspace();
  const { sel = [] } = search;
  const offered = useQuery(
    query("compareRuns", { workspace, body: { runs: runs.slice(0, looked).map(({ id }) => id) } }),
  );
  const selected = useQuery({
    ...steadyQuery("compareRuns", { workspace, body: { runs: sel } }),
    enabled: sel.length > 1,
  });
  if (offered.error) return <ErrorCard error={offered.error} />;
  if (!offered.data) return <Skeleton height={320} />;
  return (
    <>
      <Scatter runs={runs} search={search} metrics={metricNames(offered.data)} />
      <More count={runs.length} hasMore={hasMore} onMore={onMore} />
      {sel.length < 2 ? (
        <EmptyState title="No runs are selected">
          Select two or more in the table, by x or their boxes: their parameters and metrics are drawn here as lines.
        </EmptyState>
      ) : selected.error ? (
        <ErrorCard error={selected.error} />
      ) : selected.data ? (
        <ParallelRuns comparison={selected.data} axes={undefined} onAxes={undefined} />
      ) : (
        <Skeleton height={320} />
      )}
    </>
  );
}

function metricNames({ metrics }: RunComparison): string[] {
  return Object.keys(metrics).toSorted();
}

interface ScatterProps {
  readonly runs: readonly RunItem[];
  readonly search: JobsSearch;
  /** Names that can be chosen. */
  readonly metrics: readonly string[];
}

function Scatter({ runs, search: { x, y }, metrics }: ScatterProps): ReactElement {
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const change = useChangeJobs();
  const options = metrics.map((name) => ({ id: `metrics.${name}`, label: name }));
  const [xName, yName] = [x?.replace("metrics.", ""), y?.replace("metrics.", "")];
  const points = runs.flatMap((run) => {
    const [atX, atY] = [run.metrics?.[xName ?? ""], run.metrics?.[yName ?? ""]];
    if (typeof atX !== "number" || typeof atY !== "number") return [];
    return [{ id: run.id, label: run.name, x: atX, y: atY, group: statusLook(run.status).label }];
  });
  return (
    <>
      <Toolbar label="Axes">
        {(["x", "y"] as const).map((axis) => (
          <Select
            key={axis}
            label={`${axis.toUpperCase()} axis`}
            placeholder="Choose a metric"
            options={options}
            value={{ x, y }[axis] ?? null}
            onChange={(id) => change({ [axis]: id })}
          />
        ))}
      </Toolbar>
      {xName === undefined || yName === undefined ? (
        <EmptyState title={metrics.length === 0 ? "These runs have no metrics" : "Choose a metric for each axis"} />
      ) : points.length === 0 ? (
        <EmptyState title={`No loaded run has both ${xName} and ${yName}`} />
      ) : (
        <ChartFrame
          id="metrics"
          title={`${yName} against ${xName}`}
          fileName={`${yName}-${xName}`}
          table={{ columns: ["run", xName, yName], rows: points.map((point) => [point.label, point.x, point.y]) }}
        >
          <ScatterChart
            label={`${points.length} runs by ${xName} and ${yName}`}
            points={points}
            xLabel={xName}
            yLabel={yName}
            onSelect={(run) => void navigate({ to: "/w/$workspace/jobs/$run", params: { workspace, run } })}
          />
        </ChartFrame>
      )}
    </>
  );
}
