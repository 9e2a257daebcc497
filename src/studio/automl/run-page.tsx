/** The page of an AutoML run: its models as they come, and what is known of the best. */
import { lazy, type ReactElement } from "react";
import { RunConfig, RunHeader, RunLogs, RunOutputs, useRunSearch } from "../runs/index.ts";
import { GuardrailsTab, useGuardrails } from "./guardrails-tab.tsx";
import { ModelsTab } from "./models-tab.tsx";
import { RunActions } from "./run-actions.tsx";
import { useRunFacts, type RunFacts } from "./run-data.ts";
import { RunSummary } from "./run-summary.tsx";
import styles from "./run.module.css";

const CompareTab = lazy(() => import("./compare-tab.tsx").then(({ CompareTab: Tab }) => ({ default: Tab })));
const ExplainTab = lazy(() => import("./explain-tab.tsx").then(({ ExplainTab: Tab }) => ({ default: Tab })));
const ProgressTab = lazy(() => import("./progress-tab.tsx").then(({ ProgressTab: Tab }) => ({ default: Tab })));

export default function AutoMLRunPage({ run: id }: { readonly run: string }): ReactElement {
  const facts = useRunFacts(id);
  const guardrails = useGuardrails(facts);
  const [{ tab = "models" }, change] = useRunSearch();
  const alerts = guardrails?.faults.filter(({ result }) => result !== "passed").length ?? 0;
  const tabs = [
    { id: "models", label: "Models", ...(facts.models.length > 0 && { count: facts.models.length }) },
    { id: "progress", label: "Progress" },
    { id: "guardrails", label: "Data guardrails", ...(alerts > 0 && { count: alerts }) },
    { id: "explain", label: "Explain" },
    { id: "compare", label: "Compare" },
    { id: "outputs", label: "Outputs" },
    { id: "logs", label: "Logs" },
    { id: "config", label: "Config" },
  ];
  const selected = tabs.some((known) => known.id === tab) ? tab : "models";
  return (
    <RunHeader
      run={id}
      actions={<RunActions facts={facts} />}
      tabs={{ tabs, selected, onSelect: (chosen) => change({ tab: chosen === "models" ? undefined : chosen }) }}
    >
      <div className={styles.panel}>
        <RunSummary facts={facts} />
        <TabContent tab={selected} facts={facts} />
      </div>
    </RunHeader>
  );
}

interface TabContentProps {
  readonly tab: string;
  readonly facts: RunFacts;
}

function TabContent({ tab, facts }: TabContentProps): ReactElement {
  const { id } = facts.run;
  switch (tab) {
    case "progress":
      return <ProgressTab facts={facts} />;
    case "guardrails":
      return <GuardrailsTab facts={facts} />;
    case "explain":
      return <ExplainTab facts={facts} />;
    case "compare":
      return <CompareTab facts={facts} />;
    case "outputs":
      return <RunOutputs run={id} />;
    case "logs":
      return <RunLogs run={id} />;
    case "config":
      return <RunConfig run={id} />;
    default:
      return <ModelsTab facts={facts} />;
  }
}
