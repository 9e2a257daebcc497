import { useSuspenseQuery } from "@tanstack/react-query";
import { createLazyRoute, useNavigate } from "@tanstack/react-router";
import { useMemo, type ReactElement } from "react";
import type { RunComparison } from "../../contract/index.ts";
import { query } from "../api/index.ts";
import { usePageTitle, useWorkspace } from "../app/index.ts";
import { CopyAs, EmptyState, LinkButton, Page, Select, Switch, Toolbar, VisuallyHidden } from "../kit/index.ts";
import { metricText } from "../runs/index.ts";
import { ComparisonGrid } from "./comparison-grid.tsx";
import { comparisonTable } from "./comparison-table.ts";
import type { CompareSearch } from "./jobs-search.ts";
import { MetricOverlay } from "./metric-overlay.tsx";
import { ParallelRuns } from "./parallel-runs.tsx";
import styles from "./compare-page.module.css";

export const route = createLazyRoute("/w/$workspace/compare")({ component: ComparePage });

const none = "none";

function ComparePage(): ReactElement {
  usePageTitle("Compare runs");
  const workspace = useWorkspace();
  const { runs = [] } = route.useSearch();
  const crumbs = [{ label: "Jobs", link: { to: "/w/$workspace/jobs", params: { workspace } } as const }];
  const choose = (
    <LinkButton to="/w/$workspace/jobs" params={{ workspace }} search={{ sel: runs }}>
      Change the selection
    </LinkButton>
  );
  if (runs.length === 0)
    return (
      <Page title="Compare runs" crumbs={crumbs}>
        <EmptyState title="No runs are selected" command="slipway runs compare RUN,RUN" action={choose}>
          Select up to 200 runs in the list, by x or their boxes, then c.
        </EmptyState>
      </Page>
    );
  return (
    <Page
      title={`Compare ${runs.length} ${runs.length === 1 ? "run" : "runs"}`}
      crumbs={crumbs}
      actions={
        <>
          <CopyAs
            cli={`slipway runs compare ${runs.join(",")}`}
            rest={{ method: "POST", path: `/api/v1/workspaces/${workspace}/runs/compare`, body: { runs } }}
          />
          {choose}
        </>
      }
    >
      <Comparison runs={runs} />
    </Page>
  );
}

function Comparison({ runs }: { readonly runs: string[] }): ReactElement {
  const workspace = useWorkspace();
  const navigate = useNavigate({ from: "/w/$workspace/compare" });
  const search = route.useSearch();
  const comparison = useSuspenseQuery(query("compareRuns", { workspace, body: { runs } })).data;
  const change = (changes: CompareSearch): void =>
    void navigate({ to: ".", search: (before) => ({ ...before, ...changes }), replace: true, resetScroll: false });
  const { diff = false, rows, metric, view, axes } = search;
  const table = useMemo(
    () => comparisonTable(comparison, { onlyDiffering: diff, runsAsRows: rows === "runs", formatMetric: metricText }),
    [comparison, diff, rows],
  );
  return (
    <>
      <Controls comparison={comparison} search={search} onChange={change} />
      <h2>
        <VisuallyHidden>Comparison</VisuallyHidden>
      </h2>
      {metric !== undefined && <MetricOverlay runs={comparison.runs} metric={metric} />}
      {view === "parallel" && (
        <ParallelRuns comparison={comparison} axes={axes} onAxes={(next) => change({ axes: next })} />
      )}
      {table.rows.length === 0 || table.columns.length === 0 ? (
        <EmptyState title={diff ? "These runs do not differ in what they logged" : "These runs have logged nothing"} />
      ) : (
        <ComparisonGrid label="Runs beside each other" table={table} />
      )}
    </>
  );
}

interface ControlsProps {
  readonly comparison: RunComparison;
  readonly search: CompareSearch;
  readonly onChange: (changes: CompareSearch) => void;
}

function Controls({ comparison, search, onChange }: ControlsProps): ReactElement {
  const { diff = false, rows, metric, view } = search;
  const names = Object.keys(comparison.metrics).toSorted((a, b) => a.localeCompare(b));
  return (
    <Toolbar label="What is compared">
      <Select
        label="Metric history"
        isLabelHidden
        options={[
          { id: none, label: "No metric history" },
          ...names.map((name) => ({ id: `metrics.${name}`, label: name })),
        ]}
        value={metric === undefined ? none : `metrics.${metric}`}
        onChange={(id) => onChange({ metric: id === none ? undefined : id.slice(8) })}
      />
      <div className={styles.options}>
        <Switch label="Only what differs" value={diff} onChange={(isOn) => onChange({ diff: isOn || undefined })} />
        <Switch
          label="Runs as rows"
          value={rows === "runs"}
          onChange={(isOn) => onChange({ rows: isOn ? "runs" : undefined })}
        />
        <Switch
          label="Parallel coordinates"
          value={view === "parallel"}
          onChange={(isOn) => onChange({ view: isOn ? "parallel" : undefined, axes: undefined })}
        />
      </div>
    </Toolbar>
  );
}
