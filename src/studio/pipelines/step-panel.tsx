/** One step of a run: what it is doing and why, what it took and gave, its log, and what can be done about it. */
import type { ReactElement, ReactNode } from "react";
import { Link } from "@tanstack/react-router";
import type { PipelineRun, PipelineRunStep } from "../../contract/index.ts";
import { useWorkspace } from "../app/index.ts";
import { RunLogs, useRunSearch } from "../runs/index.ts";
import { Bytes, DateTime, DefinitionList, Duration, EmptyState, formatNumber, IconButton, Tabs } from "../kit/index.ts";
import { isFinalState, shownState, type RunGraphStep } from "./graph.ts";
import { RetryFrom } from "./retry-run.tsx";
import { isSelected, StepBadge } from "./run-graph.tsx";
import { StepDecision } from "./step-decision.tsx";
import { StepFailure } from "./step-failure.tsx";
import { StepInputs } from "./step-inputs.tsx";
import { stepTypeLabel } from "./step-types.tsx";
import { plainItem, StepValues, ValueText } from "./step-values.tsx";
import { StepWhy } from "./step-why.tsx";
import styles from "./step-panel.module.css";

export interface StepPanelProps {
  readonly run: PipelineRun;
  readonly steps: readonly RunGraphStep[];
  /** Of a step in the definition, or of an instance of it. */
  readonly name: string;
}

export function StepPanel({ run, steps, name }: StepPanelProps): ReactElement {
  const [, change] = useRunSearch();
  const group = steps.find((step) => isSelected(step, name));
  const step = group?.instances.find((instance) => instance.name === name) ?? group?.whole;
  const close = (): void => change({ step: undefined, steptab: undefined });
  return (
    <aside className={styles.panel} aria-label={`Step ${name}`}>
      <header className={styles.header}>
        <div className={styles.title}>
          <h2 className={styles.name}>{name}</h2>
          {group && <span className={styles.kind}>{stepTypeLabel(group.type)}</span>}
        </div>
        <IconButton icon="close" label="Close the step" onPress={close} />
      </header>
      {group && step ? <Step run={run} group={group} step={step} /> : <EmptyState title="The run has no such step" />}
    </aside>
  );
}

interface StepProps {
  readonly run: PipelineRun;
  readonly group: RunGraphStep;
  readonly step: PipelineRunStep;
}

const stepTabs = [
  { id: "details", label: "Details" },
  { id: "log", label: "Log" },
  { id: "why", label: "Why" },
] as const;

function Step({ run, group, step }: StepProps): ReactElement {
  const [search, change] = useRunSearch();
  const tab = stepTabs.find(({ id }) => id === search.steptab)?.id ?? "details";
  return (
    <div className={styles.body}>
      {group.instances.length > 0 && (
        <Instances group={group} step={step} onChoose={(name) => change({ step: name }, { replace: true })} />
      )}
      <div className={styles.state}>
        <StepBadge state={shownState(step)} />
        {step.startedAt !== null && <Duration from={step.startedAt} to={step.endedAt} />}
        <span className={styles.actions}>
          {run.endedAt !== null && isFinalState(step.state) && <RetryFrom run={run} step={step.step} />}
        </span>
      </div>
      {step.description !== null && <p className={styles.text}>{step.description}</p>}
      {step.state === "APPROVAL" && <StepDecision run={run} step={step} />}
      {step.state === "FAILED" ? (
        <StepFailure run={run} step={step} />
      ) : (
        // The decision stands among the details, and what waits for one says so above.
        step.reason !== null &&
        step.state !== "APPROVAL" &&
        step.decision === null && <p className={styles.text}>{sentence(step.reason)}</p>
      )}
      <Tabs
        label={`Step ${step.name}`}
        tabs={stepTabs}
        selected={tab}
        onSelect={(next) => change({ steptab: next === "details" ? undefined : next }, { replace: true })}
      >
        {tab === "details" && <Details step={step} />}
        {tab === "log" && <Log step={step} />}
        {tab === "why" && <StepWhy run={run} step={step} />}
      </Tabs>
    </div>
  );
}

/** Reasons are written to follow a name. */
function sentence(reason: string): string {
  const text = reason.charAt(0).toUpperCase() + reason.slice(1);
  return /[.?:)]$/.test(text) ? text : `${text}.`;
}

function Instances(props: {
  readonly group: RunGraphStep;
  readonly step: PipelineRunStep;
  readonly onChoose: (name: string) => void;
}): ReactElement {
  const { group, step, onChoose } = props;
  return (
    <ul className={styles.instances} aria-label={`Instances of ${group.name}`}>
      {group.instances.map((instance) => (
        <li key={instance.name}>
          <button
            type="button"
            className={styles.instance}
            aria-pressed={instance.name === step.name}
            onClick={() => onChoose(instance.name)}
          >
            <span className={styles.instanceName}>{itemText(instance)}</span>
            <StepBadge state={shownState(instance)} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function itemText({ name, item }: PipelineRunStep): string {
  const value = plainItem(item);
  if (value === undefined) return name;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return `${name} ${text.length > 40 ? `${text.slice(0, 40)}…` : text}`;
}

function Log({ step }: { readonly step: PipelineRunStep }): ReactElement {
  // What was reused has written nothing this time.
  const run = step.reusedFrom ?? step.runId;
  if (run === null)
    return (
      <EmptyState title="There is no log">
        {isFinalState(step.state) ? "The step did not run." : "It comes when the step runs."}
      </EmptyState>
    );
  return (
    <>
      {step.reusedFrom !== null && <p className={styles.text}>Of the run whose outputs were taken:</p>}
      <RunLogs key={run} run={run} />
    </>
  );
}

function Details({ step }: { readonly step: PipelineRunStep }): ReactElement {
  const metrics = Object.entries(step.metrics);
  return (
    <div className={styles.details}>
      <DefinitionList items={factsOf(step, useWorkspace())} />
      {step.inputs.length > 0 && (
        <Section title="Inputs">
          <StepInputs inputs={step.inputs} />
        </Section>
      )}
      <Section title="Outputs">
        <StepValues
          values={step.outputs}
          none={isFinalState(step.state) ? "It gave none." : "They come when it has finished."}
        />
      </Section>
      {metrics.length > 0 && (
        <Section title={`Metrics (${metrics.length})`}>
          <DefinitionList
            items={metrics.map(
              ([key, value]) => [key, typeof value === "number" ? formatNumber(value) : value] as const,
            )}
          />
        </Section>
      )}
    </div>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  return (
    <section className={styles.section}>
      <h3 className={styles.heading}>{title}</h3>
      {children}
    </section>
  );
}

function factsOf(step: PipelineRunStep, workspace: string): (readonly [string, ReactNode])[] {
  const facts: (readonly [string, ReactNode] | false)[] = [
    step.runId !== null && ["Run", <RunLink key="run" workspace={workspace} run={step.runId} />],
    step.reusedFrom !== null && [
      "Outputs taken from",
      <RunLink key="reused" workspace={workspace} run={step.reusedFrom} />,
    ],
    step.item !== undefined && ["Item", <ValueText key="item" value={plainItem(step.item)} />],
    step.needs.length > 0 && ["After", step.needs.join(", ")],
    step.queuedAt !== null && ["Queued", <DateTime key="queued" at={step.queuedAt} />],
    step.queuedAt !== null &&
      step.startedAt !== null && ["Waited", <Duration key="waited" from={step.queuedAt} to={step.startedAt} />],
    step.startedAt !== null && ["Started", <DateTime key="started" at={step.startedAt} />],
    step.endedAt !== null && ["Ended", <DateTime key="ended" at={step.endedAt} />],
    step.attempt > 1 && ["Tries", String(step.attempt)],
    step.earlierRuns.length > 0 && [
      "Earlier tries",
      <EarlierRuns key="earlier" workspace={workspace} runs={step.earlierRuns} />,
    ],
    step.exitCode !== null && ["Exit code", String(step.exitCode)],
    step.signal !== null && ["Signal", step.signal],
    step.cpuSeconds !== null && ["CPU time", <Duration key="cpu" ms={step.cpuSeconds * 1000} />],
    step.peakMemory !== null && ["Peak memory", <Bytes key="memory" value={step.peakMemory} />],
    step.decision !== null && ["Decision", <Decision key="decision" decision={step.decision} />],
  ];
  return facts.filter((fact) => fact !== false);
}

function RunLink({ workspace, run }: { readonly workspace: string; readonly run: string }): ReactElement {
  return (
    <Link to="/w/$workspace/jobs/$run" params={{ workspace, run }} className={styles.code}>
      {run}
    </Link>
  );
}

function EarlierRuns({
  workspace,
  runs,
}: {
  readonly workspace: string;
  readonly runs: readonly string[];
}): ReactElement {
  return (
    <span className={styles.earlier}>
      {runs.map((run) => (
        <RunLink key={run} workspace={workspace} run={run} />
      ))}
    </span>
  );
}

function Decision({ decision }: { readonly decision: NonNullable<PipelineRunStep["decision"]> }): ReactElement {
  return (
    <span>
      {decision.decision === "approve" ? "Approved" : "Rejected"} by {decision.user}, <DateTime at={decision.at} />
      {decision.comment !== undefined && <>: {decision.comment}</>}
    </span>
  );
}
