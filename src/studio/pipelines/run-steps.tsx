/** Steps of a run as a table, with a bar each on the line of the run's time. */
import { useEffect, useState, type ReactElement } from "react";
import type { PipelineRun, PipelineRunStep } from "../../contract/index.ts";
import { useWorkspace } from "../app/index.ts";
import { DataTable, Duration, formatNumber, type Column, slipwayCommand } from "../kit/index.ts";
import { shownState } from "./graph.ts";
import { StepBadge } from "./run-graph.tsx";
import { timelineOf, type StepBar } from "./step-timeline.ts";
import { stepTypeLabel } from "./step-types.tsx";
import styles from "./run-steps.module.css";

interface Row {
  readonly step: PipelineRunStep;
  readonly bar: StepBar | null;
}

const columns: readonly Column<Row>[] = [
  {
    id: "name",
    header: "Step",
    cell: ({ step }) => (step.name === step.step ? step.name : <span className={styles.instance}>{step.name}</span>),
    width: "minmax(120px, 1.4fr)",
    cardPrimary: true,
  },
  { id: "type", header: "Type", cell: ({ step }) => stepTypeLabel(step.type), width: 130 },
  {
    id: "state",
    header: "State",
    cell: ({ step }) => <StepBadge state={shownState(step)} />,
    width: 140,
    cardSecondary: true,
  },
  {
    id: "time",
    header: "Time",
    align: "end",
    width: 90,
    cardSecondary: true,
    cell: ({ step }) => <Duration from={step.startedAt} to={step.startedAt === null ? undefined : step.endedAt} />,
  },
  {
    id: "timeline",
    header: "Timeline",
    cell: ({ bar, step }) => <Bar bar={bar} state={step.state} />,
    width: "minmax(140px, 2fr)",
  },
  { id: "metrics", header: "Metrics", cell: ({ step }) => <Metrics step={step} />, width: "minmax(120px, 1.4fr)" },
];

export interface RunStepsProps {
  readonly run: PipelineRun;
  /** Name of the step whose details are open. */
  readonly open: string | undefined;
  readonly onOpen: (step: string) => void;
}

export function RunSteps({ run, open, onOpen }: RunStepsProps): ReactElement {
  const workspace = useWorkspace();
  const now = useNow(run.endedAt === null);
  const bars = timelineOf(run.steps, now);
  const rows = run.steps.map((step, index) => ({ step, bar: bars[index] ?? null }));
  return (
    <DataTable
      label={`Steps of ${run.name}`}
      columns={columns}
      rows={rows}
      rowId={({ step }) => step.name}
      onOpen={({ step }) => onOpen(step.name)}
      rowMenu={({ step }) => ({ cli: slipwayCommand(["runs", "why", run.id, step.name], workspace) })}
      {...(open !== undefined && { openId: open, hidden: ["timeline", "metrics"] })}
    />
  );
}

/** Now, in ms; every two seconds while something runs. */
function useNow(isRunning: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 2000);
    return () => clearInterval(timer);
  }, [isRunning]);
  return now;
}

function Bar({ bar, state }: { readonly bar: StepBar | null; readonly state: string }): ReactElement {
  if (bar === null) return <span className={styles.line} aria-hidden="true" />;
  const percent = (share: number): string => `${share * 100}%`;
  return (
    <span className={styles.line} aria-hidden="true">
      <span
        className={styles.wait}
        style={{ left: percent(bar.waitStart), width: percent(bar.start - bar.waitStart) }}
      />
      <span
        className={styles.bar}
        data-state={state}
        style={{ left: percent(bar.start), width: percent(bar.end - bar.start) }}
      />
    </span>
  );
}

const shownMetrics = 2;

function Metrics({ step }: { readonly step: PipelineRunStep }): ReactElement {
  const all = Object.entries(step.metrics);
  const text = all
    .slice(0, shownMetrics)
    .map(([name, value]) => `${name} ${typeof value === "number" ? formatNumber(value) : value}`);
  return (
    <span title={all.map(([name, value]) => `${name} ${value}`).join("\n")}>
      {text.join(", ")}
      {all.length > shownMetrics && ", …"}
    </span>
  );
}
