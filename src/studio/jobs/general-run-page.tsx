import type { ReactElement } from "react";
import { RunConfig, RunHeader, RunLogs, RunMetrics, RunOutputs, useRunSearch } from "../runs/index.ts";
import { RunChildren } from "./run-children.tsx";
import { RunOverview } from "./run-overview.tsx";

const tabs = [
  { id: "overview", label: "Overview" },
  { id: "metrics", label: "Metrics" },
  { id: "outputs", label: "Outputs" },
  { id: "logs", label: "Logs" },
  { id: "children", label: "Children" },
  { id: "config", label: "Config" },
] as const;

/** The page of a run that is neither of AutoML nor a pipeline's. @param run id */
export default function GeneralRunPage({ run }: { readonly run: string }): ReactElement {
  const [{ tab, metric }, change] = useRunSearch();
  const selected = tabs.find(({ id }) => id === tab)?.id ?? "overview";
  return (
    <RunHeader
      run={run}
      tabs={{ tabs, selected, onSelect: (id) => change({ tab: id === "overview" ? undefined : id }) }}
    >
      {selected === "overview" && <RunOverview run={run} />}
      {selected === "metrics" && (
        <RunMetrics run={run} metric={metric} onMetric={(names) => change({ metric: names }, { replace: true })} />
      )}
      {selected === "outputs" && <RunOutputs run={run} />}
      {selected === "logs" && <RunLogs run={run} />}
      {selected === "children" && <RunChildren run={run} />}
      {selected === "config" && <RunConfig run={run} />}
    </RunHeader>
  );
}
