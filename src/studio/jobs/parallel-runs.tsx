import { useNavigate } from "@tanstack/react-router";
import { type ReactElement } from "react";
import type { RunComparison } from "../../contract/index.ts";
import { useWorkspace } from "../app/index.ts";
import { ChartFrame, ParallelCoordinates } from "../charts/index.ts";
import { Checkbox, Disclosure, EmptyState } from "../kit/index.ts";
import { axisValues, commonAxes, differingAxes } from "./comparison-table.ts";
import styles from "./compare-page.module.css";

/** Axes that are drawn where none are chosen. */
const drawnAtFirst = 8;
/** Axes that can be chosen. */
const offered = 60;

interface ParallelRunsProps {
  readonly comparison: RunComparison;
  /** "params.depth", "metrics.AUC"; absent: the first in which the runs differ. */
  readonly axes: readonly string[] | undefined;
  /** Absent: they cannot be chosen. */
  readonly onAxes: ((axes: string[]) => void) | undefined;
}

/** Each run as a line through its parameters and metrics. */
export function ParallelRuns({ comparison, axes, onAxes }: ParallelRunsProps): ReactElement {
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const possible = differingAxes(comparison);
  const chosen = axes ?? axesAtFirst(comparison, possible);
  const values = new Map(chosen.map((axis) => [axis, axisValues(comparison, axis)]));
  const runs = comparison.runs.map(({ id, name }, at) => ({
    id,
    label: name,
    values: Object.fromEntries(chosen.map((axis) => [axis, values.get(axis)?.[at] ?? null])),
  }));
  return (
    <div className={styles.parallel}>
      {chosen.length < 2 ? (
        <EmptyState
          title={possible.length < 2 ? "These runs do not differ in two values" : "Choose two axes or more"}
        />
      ) : (
        <ChartFrame
          id="parallel"
          title="Parameters and metrics"
          description="A line is a run; a click opens it."
          fileName="runs"
          table={{
            columns: ["run", ...chosen],
            rows: runs.map((run) => [run.label, ...chosen.map((axis) => run.values[axis] ?? null)]),
          }}
        >
          <ParallelCoordinates
            axes={chosen.map((id) => ({ id, label: id.slice(id.indexOf(".") + 1) }))}
            runs={runs}
            onSelect={(run) => void navigate({ to: "/w/$workspace/jobs/$run", params: { workspace, run } })}
          />
        </ChartFrame>
      )}
      {onAxes && <AxesChoice possible={possible} chosen={chosen} onAxes={onAxes} />}
    </div>
  );
}

/** Of what most runs have: parameters on the left, metrics on the right. */
function axesAtFirst(comparison: RunComparison, possible: readonly string[]): string[] {
  const common = commonAxes(comparison, possible);
  const params = common.filter((id) => id.startsWith("params.")).slice(0, drawnAtFirst / 2);
  return [...params, ...common.filter((id) => id.startsWith("metrics."))].slice(0, drawnAtFirst);
}

interface AxesChoiceProps {
  readonly possible: readonly string[];
  readonly chosen: readonly string[];
  readonly onAxes: (axes: string[]) => void;
}

function AxesChoice({ possible, chosen, onAxes }: AxesChoiceProps): ReactElement {
  return (
    <Disclosure id="axes" title={`Axes (${chosen.length} of ${possible.length})`}>
      <div className={styles.axes}>
        {possible.slice(0, offered).map((id) => (
          <Checkbox
            key={id}
            label={id}
            value={chosen.includes(id)}
            onChange={(isOn) => onAxes(isOn ? [...chosen, id] : chosen.filter((other) => other !== id))}
          />
        ))}
      </div>
    </Disclosure>
  );
}
