/** A run of a pipeline: its graph as it goes, its steps, what came out. */
import { useSuspenseQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { PipelineRun } from "../../contract/index.ts";
import { query } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { RunConfig, RunHeader, RunLogs, RunOutputs, useRunSearch } from "../runs/index.ts";
import { Card, CodeBlock, DefinitionList } from "../kit/index.ts";
import { graphOfRun, partsOf, type RunGraphStep } from "./graph.ts";
import { RetryRun } from "./retry-run.tsx";
import { RunGraph } from "./run-graph.tsx";
import { RunSteps } from "./run-steps.tsx";
import { StepPanel } from "./step-panel.tsx";
import { StepValues } from "./step-values.tsx";
import styles from "./run-page.module.css";

const tabs = [
  { id: "graph", label: "Graph" },
  { id: "steps", label: "Steps" },
  { id: "outputs", label: "Outputs" },
  { id: "logs", label: "Log" },
  { id: "config", label: "Configuration" },
] as const;
type TabId = (typeof tabs)[number]["id"];

export interface PipelineRunPageProps {
  /** Id of the run. */
  readonly run: string;
}

export default function PipelineRunPage({ run: id }: PipelineRunPageProps): ReactElement {
  const workspace = useWorkspace();
  const run = useSuspenseQuery(query("getPipelineRun", { workspace, run: id })).data;
  const [search, change] = useRunSearch();
  const tab = tabs.find((one) => one.id === search.tab)?.id ?? "graph";
  const steps = graphOfRun(run.steps);
  const parts = partsOf(steps);
  const ended = parts.filter(({ endedAt }) => endedAt !== null).length;
  return (
    <RunHeader
      run={id}
      actions={<RetryRun run={run} />}
      tabs={{
        tabs: tabs.map((one) => (one.id === "steps" ? { ...one, count: parts.length } : one)),
        selected: tab,
        onSelect: (next) => change({ tab: next === "graph" ? undefined : next }),
      }}
    >
      <p className={styles.progress} role="status">
        {ended} of {parts.length} steps have ended
        {parts.some(({ state }) => state === "APPROVAL") && " · somebody has to decide"}
        {run.cancelRequested && " · being cancelled"}
      </p>
      <TabContent tab={tab} run={run} steps={steps} />
    </RunHeader>
  );
}

interface TabContentProps {
  readonly tab: TabId;
  readonly run: PipelineRun;
  readonly steps: readonly RunGraphStep[];
}

function TabContent({ tab, run, steps }: TabContentProps): ReactElement {
  const [search, change] = useRunSearch();
  switch (tab) {
    case "graph":
    case "steps":
      return (
        <div className={search.step === undefined ? undefined : styles.split}>
          <div className={styles.main}>
            {tab === "graph" ? (
              <RunGraph
                run={run}
                steps={steps}
                selected={search.step}
                onSelect={(step) => change({ step }, { replace: true })}
              />
            ) : (
              <RunSteps run={run} open={search.step} onOpen={(step) => change({ step }, { replace: true })} />
            )}
          </div>
          {search.step !== undefined && <StepPanel key={search.step} run={run} steps={steps} name={search.step} />}
        </div>
      );
    case "outputs":
      return <Outputs run={run} />;
    case "logs":
      return <RunLogs run={run.id} />;
    case "config":
      return <Config run={run} />;
  }
}

function Outputs({ run }: { readonly run: PipelineRun }): ReactElement {
  return (
    <div className={styles.stack}>
      <Card title="Outputs of the pipeline">
        <StepValues
          values={run.outputs}
          none={run.endedAt === null ? "They come when the run has ended." : "It declares none."}
        />
      </Card>
      <RunOutputs run={run.id} />
    </div>
  );
}

function Config({ run }: { readonly run: PipelineRun }): ReactElement {
  const items: [string, ReactElement | string][] = [
    ["Pipeline", run.version === null ? `${run.pipeline}, not published` : `${run.pipeline}@${run.version}`],
    ["Reuse of earlier outputs", run.reuse ? "allowed" : "switched off"],
    ["After a failure", run.continueOnStepFailure ? "other steps go on" : "nothing new begins"],
    ["Started by", run.schedule === null ? run.user : "a schedule"],
  ];
  return (
    <div className={styles.stack}>
      <Card title="Pipeline">
        <DefinitionList items={items} />
      </Card>
      <Card title="Parameters">
        <CodeBlock code={JSON.stringify(run.parameters, null, 2)} language="json" />
      </Card>
      <RunConfig run={run.id} />
    </div>
  );
}
