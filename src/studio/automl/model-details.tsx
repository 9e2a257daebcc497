/** What is known of one model: its metrics, what it is made of, its charts. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState, type ReactElement } from "react";
import { useWorkspace } from "../app/index.ts";
import { Card, DefinitionList, Disclosure, ErrorCard, Notice, Skeleton, formatNumber } from "../kit/index.ts";
import { useRunSearch } from "../runs/index.ts";
import { ClassificationChartGrid, RegressionChartGrid } from "./chart-grid.tsx";
import type { Model } from "./leaderboard.ts";
import { jsonArtifact, type RunFacts } from "./run-data.ts";
import styles from "./run.module.css";

interface ModelDetailsProps {
  readonly facts: RunFacts;
  readonly model: Model;
  /** 1: the best. */
  readonly rank: number;
}

export function ModelDetails({ facts, model, rank }: ModelDetailsProps): ReactElement {
  const { metrics, params, name } = model;
  return (
    <section className={styles.details} aria-labelledby="model-details">
      <h2 id="model-details" className={styles.heading}>
        {name} <span className={styles.rank}>{rank === 1 ? "the best model" : `number ${rank}`}</span>
      </h2>
      <div className={styles.pair}>
        <Card title="Made of" level={3}>
          <Params params={params} />
        </Card>
        <Card title="Metrics on the validation rows" level={3}>
          <Metrics metrics={metrics} primary={facts.metric} />
        </Card>
      </div>
      <Charts facts={facts} model={model} />
    </section>
  );
}

function Params({ params }: { readonly params: Model["params"] }): ReactElement {
  const entries = Object.entries(params);
  if (entries.length === 0) return <p className={styles.note}>The learner's defaults.</p>;
  return <DefinitionList items={entries.map(([key, value]) => [key, textOf(value)] as const)} />;
}

function textOf(value: unknown): string {
  if (typeof value === "number") return formatNumber(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** In sight without being asked for. */
const shownMetrics = 6;

function Metrics({
  metrics,
  primary,
}: {
  readonly metrics: Model["metrics"];
  readonly primary: string | null;
}): ReactElement {
  const entries = Object.entries(metrics).toSorted(([a], [b]) => Number(b === primary) - Number(a === primary));
  const items = entries.map(([name, value]) => [name, formatNumber(value, { digits: 5 })] as const);
  const rest = items.slice(shownMetrics);
  return (
    <>
      <Numbers items={items.slice(0, shownMetrics)} />
      {rest.length > 0 && (
        <Disclosure id="metrics" title={`${rest.length} more`}>
          <Numbers items={rest} />
        </Disclosure>
      )}
    </>
  );
}

/** Names of metrics may be long, their values are short. */
function Numbers({ items }: { readonly items: readonly (readonly [name: string, value: string])[] }): ReactElement {
  return (
    <dl className={styles.numbers}>
      {items.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Charts({ facts, model }: Omit<ModelDetailsProps, "rank">): ReactElement | null {
  const workspace = useWorkspace();
  const { run, leaderboard, isActive, isSettled } = facts;
  const isBest = leaderboard?.best.trial === model.trial;
  const owner = isBest ? run.id : model.runId;
  const wanted = jsonArtifact(workspace, owner ?? "-", "charts.json", run.endedAt);
  const charts = useQuery({ ...wanted, enabled: isSettled && owner !== null });
  const [threshold, setThreshold] = useThreshold();
  const [{ cells }, change] = useRunSearch();
  if (isActive) return <Notice tone="info">Charts are made of the best models when the run ends.</Notice>;
  if (!isSettled || charts.isLoading) return <Skeleton height={280} />;
  if (charts.error) return <ErrorCard error={charts.error} />;
  if (!charts.data) {
    return (
      <Notice tone="info" title="No charts of this model">
        A run keeps the charts of its best 20 models that answer by themselves, and of the best of all. The charts of
        every model: <code>slipway automl FILE --target {facts.automl.target} --charts FILE.json --charts-of all</code>,
        with the same seed.
      </Notice>
    );
  }
  if (charts.data.task === "regression") return <RegressionChartGrid charts={charts.data} fileName={run.name} />;
  return (
    <ClassificationChartGrid
      charts={charts.data}
      fileName={run.name}
      threshold={threshold}
      onThreshold={setThreshold}
      isNormalised={cells === "share"}
      onNormalised={(isNormalised) => change({ cells: isNormalised ? "share" : undefined }, { replace: true })}
    />
  );
}

/** In the address once the slider rests for a moment. */
function useThreshold(): [number | undefined, (threshold: number) => void] {
  const [{ threshold }, change] = useRunSearch();
  const [draft, setDraft] = useState<{ readonly value: number; readonly over: number | undefined } | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const set = (next: number): void => {
    setDraft({ value: next, over: threshold });
    clearTimeout(timer.current);
    timer.current = setTimeout(() => change({ threshold: next }, { replace: true }), 200);
  };
  return [draft !== null && draft.over === threshold ? draft.value : threshold, set];
}
