import type { ReactElement } from "react";
import type { PipelineRun } from "../../contract/index.ts";
import { Duration, StatusBadge } from "../kit/index.ts";
import { shownState, type RunGraphStep } from "./graph.ts";
import { GraphView } from "./lazy-graph-view.tsx";
import styles from "./step-panel.module.css";

export interface RunGraphProps {
  readonly run: PipelineRun;
  readonly steps: readonly RunGraphStep[];
  /** Name of a step, or of an instance of it. */
  readonly selected: string | undefined;
  readonly onSelect: (step: string) => void;
}

/** The graph with the state of each step, live. */
export function RunGraph({ run, steps, selected, onSelect }: RunGraphProps): ReactElement {
  const byName = new Map(steps.map((step) => [step.name, step]));
  return (
    <GraphView
      label={`Steps of ${run.name}`}
      steps={steps}
      selected={steps.find((step) => isSelected(step, selected))?.name}
      onSelect={onSelect}
      stateOf={(name) => byName.get(name)?.state}
      detail={(name) => {
        const step = byName.get(name);
        return step && <State step={step} />;
      }}
    />
  );
}

/** Whether the name is that of the step, or of an instance of it. */
export function isSelected({ name, instances }: RunGraphStep, selected: string | undefined): boolean {
  return name === selected || instances.some((instance) => instance.name === selected);
}

function State({ step: { whole, state, instances } }: { readonly step: RunGraphStep }): ReactElement {
  const parts = instances.length > 0 ? instances : [whole];
  const isReused = parts.every((part) => shownState(part) === "REUSED");
  const done = instances.filter((instance) => instance.state === "FINISHED").length;
  const tries = Math.max(...parts.map(({ attempt }) => attempt));
  const isTimed = whole.startedAt !== null && !isReused && state !== "APPROVAL";
  return (
    <>
      <StepBadge state={isReused ? "REUSED" : state} />
      {instances.length > 0 && (
        <span title="Instances that have finished">
          {done} of {instances.length}
        </span>
      )}
      {isTimed && <Duration from={whole.startedAt} to={whole.endedAt} />}
      {tries > 1 && <span className={styles.tries}>try {tries}</span>}
    </>
  );
}

/** A step's state in words; waiting for a person is not waiting for a machine. */
export function StepBadge({ state }: { readonly state: string }): ReactElement {
  return state === "APPROVAL" ? <StatusBadge status={state} label="Needs approval" /> : <StatusBadge status={state} />;
}
