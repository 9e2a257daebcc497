import { useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { Run } from "../../contract/index.ts";
import { query } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { Card, DefinitionList } from "../kit/index.ts";
import { metricText } from "../runs/index.ts";
import { useExperimentNames } from "./experiment-names.ts";
import { RunTags } from "./run-tags.tsx";
import styles from "./run-overview.module.css";

/** Of metrics and parameters; the rest is in the tabs of their own. */
const shown = 20;
const noteKey = "mlflow.note.content";

/** What there is to know of a run at a glance. @param run id */
export function RunOverview({ run: id }: { readonly run: string }): ReactElement {
  const workspace = useWorkspace();
  const run = useSuspenseQuery(query("getRun", { workspace, run: id })).data;
  const metrics = [...new Map(run.metrics.map((metric) => [metric.key, metric])).values()].toSorted(byKey);
  const params = Object.entries(run.params).toSorted(([a], [b]) => a.localeCompare(b));
  const note = run.tags[noteKey];
  return (
    <div className={styles.overview}>
      {note !== undefined && note !== "" && (
        <Card title="Description">
          <p className={styles.note}>{note}</p>
        </Card>
      )}
      <Card
        title="Metrics"
        description="The latest value of each"
        actions={<More run={id} tab="metrics" count={metrics.length} />}
      >
        <Pairs
          items={metrics
            .slice(0, shown)
            .map(({ key, value, step }) => [
              key,
              step === 0 ? metricText(value) : `${metricText(value)} at step ${step.toLocaleString("en-US")}`,
            ])}
          none="None was logged."
        />
      </Card>
      <Card title="Parameters" actions={<More run={id} tab="config" count={params.length} />}>
        <Pairs items={params.slice(0, shown)} none="None was logged." />
      </Card>
      <RunTags run={run} />
      <Lineage run={run} />
    </div>
  );
}

const byKey = (a: { readonly key: string }, b: { readonly key: string }): number => a.key.localeCompare(b.key);

function Pairs({
  items,
  none,
}: {
  readonly items: readonly (readonly [string, string])[];
  readonly none: string;
}): ReactElement {
  if (items.length === 0) return <p className={styles.none}>{none}</p>;
  return (
    <DefinitionList
      items={items.map(([name, value]) => [
        name,
        <span key={name} className={styles.value}>
          {value}
        </span>,
      ])}
    />
  );
}

function More({
  run,
  tab,
  count,
}: {
  readonly run: string;
  readonly tab: string;
  readonly count: number;
}): ReactElement | null {
  const workspace = useWorkspace();
  if (count === 0) return null;
  return (
    <Link to="/w/$workspace/jobs/$run" params={{ workspace, run }} search={{ tab }}>
      {count > shown ? `All ${count.toLocaleString("en-US")}` : tab === "metrics" ? "Charts" : "Config"}
    </Link>
  );
}

/** Where the run stands between data and models. */
function Lineage({ run }: { readonly run: Run }): ReactElement {
  const workspace = useWorkspace();
  const experimentName = useExperimentNames();
  return (
    <Card title="Lineage">
      <DefinitionList
        items={[
          [
            "Experiment",
            <Link
              key="experiment"
              to="/w/$workspace/jobs"
              params={{ workspace }}
              search={{ experiment: String(run.experiment) }}
            >
              {experimentName(run.experiment)}
            </Link>,
          ],
          ["Data", run.datasets.length === 0 ? null : <Datasets key="data" datasets={run.datasets} />],
          ["Models in", modelList(run.modelInputs)],
          ["Models out", modelList(run.modelOutputs)],
          [
            "Parts",
            <Link
              key="parts"
              to="/w/$workspace/jobs/$run"
              params={{ workspace, run: run.id }}
              search={{ tab: "children" }}
            >
              Runs that are parts of it
            </Link>,
          ],
        ]}
      />
    </Card>
  );
}

function Datasets({ datasets }: { readonly datasets: Run["datasets"] }): ReactElement {
  const workspace = useWorkspace();
  return (
    <ul>
      {datasets.map(({ name, digest, sourceType, tags }) => (
        <li key={`${name} ${digest}`}>
          {sourceType === "slipway" ? (
            <Link to="/w/$workspace/data/$dataset" params={{ workspace, dataset: name.replace(/@\d+$/, "") }}>
              {name}
            </Link>
          ) : (
            name
          )}{" "}
          <span className={styles.none}>{tags["mlflow.data.context"] ?? digest}</span>
        </li>
      ))}
    </ul>
  );
}

function modelList(models: Run["modelInputs"]): ReactElement | null {
  if (models.length === 0) return null;
  return (
    <ul>
      {models.map(({ modelId, step }) => (
        <li key={`${modelId} ${step}`}>
          <code>{modelId}</code>
        </li>
      ))}
    </ul>
  );
}
