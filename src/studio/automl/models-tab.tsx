import { lazy, useMemo, type ReactElement } from "react";
import { ChartFrame, LeaderboardChart, paretoFront } from "../charts/index.ts";
import { DataTable, EmptyState, Skeleton, formatDuration, formatNumber, type Column, type Sort } from "../kit/index.ts";
import { useRunSearch } from "../runs/index.ts";
import { compareValues, isLessBetter } from "./choices.ts";
import type { Model } from "./leaderboard.ts";
import type { RunFacts } from "./run-data.ts";
import styles from "./run.module.css";

const ModelDetails = lazy(() =>
  import("./model-details.tsx").then(({ ModelDetails: Details }) => ({ default: Details })),
);

/** Other metrics than the primary one that are worth a column, where the models have them. */
const otherMetrics = {
  classification: ["accuracy", "AUC_weighted", "log_loss", "f1_score_macro"],
  regression: ["r2_score", "root_mean_squared_error", "mean_absolute_error"],
} as const;

/** The leaderboard, and below it what is known of the selected model: the best, unless another is chosen. */
export function ModelsTab({ facts }: { readonly facts: RunFacts }): ReactElement {
  const [{ sel, sort: sortText }, change] = useRunSearch();
  const { models, metric } = facts;
  const front = useMemo(() => frontOf(models, metric), [models, metric]);
  const selected = models.find(({ trial }) => String(trial) === sel) ?? models[0];
  const sort = readSort(sortText);
  const rows = useMemo(() => sortModels(models, readSort(sortText), metric ?? ""), [models, sortText, metric]);
  const ranks = new Map(models.map(({ trial }, index) => [trial, index + 1]));
  if (models.length === 0) return <NoModels facts={facts} />;
  const select = (trial: string): void =>
    change({ sel: trial === String(models[0]?.trial) ? undefined : trial }, { replace: true });
  return (
    <>
      <DataTable
        label="Models, best first"
        columns={columnsOf(facts, front, ranks)}
        rows={rows}
        rowId={idOf}
        rowLabel={({ name }) => name}
        onOpen={(model) => select(idOf(model))}
        {...(selected && { openId: idOf(selected) })}
        {...(sort && { sort })}
        onSort={({ by, descending }) => change({ sort: descending ? `-${by}` : by }, { replace: true })}
        maxHeight="420px"
      />
      {selected && (
        <ModelDetails key={selected.trial} facts={facts} model={selected} rank={ranks.get(selected.trial) ?? 1} />
      )}
      {metric !== null && models.length > 1 && (
        <Tradeoff models={models} metric={metric} selected={selected} onSelect={select} />
      )}
    </>
  );
}

function NoModels({ facts }: { readonly facts: RunFacts }): ReactElement {
  if (!facts.isActive && !facts.isSettled) return <Skeleton height={420} />;
  return (
    <EmptyState title={facts.isActive ? "The first model is on its way" : "No model was found"}>
      {facts.isActive
        ? "Models stand here as they are found, the best on top."
        : "The logs say what the run was doing when it ended."}
    </EmptyState>
  );
}

interface TradeoffProps {
  readonly models: readonly Model[];
  readonly metric: string;
  readonly selected: Model | undefined;
  readonly onSelect: (trial: string) => void;
}

/** How good against how fast. */
function Tradeoff({ models, metric, selected, onSelect }: TradeoffProps): ReactElement {
  return (
    <ChartFrame
      id="models"
      title={`${metric} against time to score a row`}
      description="No model of the line is beaten in both."
      fileName="leaderboard"
      table={{
        columns: ["model", metric, "microseconds per row"],
        rows: models.map(({ name, value, microsPerRow }) => [name, value, microsPerRow]),
      }}
    >
      <LeaderboardChart
        models={models.flatMap(({ trial, name, value, microsPerRow }) =>
          value === null || microsPerRow === null
            ? []
            : [{ id: String(trial), name, value, predictMicrosPerRow: microsPerRow }],
        )}
        metric={metric}
        selected={selected ? idOf(selected) : undefined}
        onSelect={onSelect}
      />
    </ChartFrame>
  );
}

const idOf = ({ trial }: Model): string => String(trial);

/** Trials of the models that no other beats in the metric and in time. */
function frontOf(models: readonly Model[], metric: string | null): ReadonlySet<number> {
  const timed = models.filter(({ value, microsPerRow }) => value !== null && microsPerRow !== null);
  const sign = isLessBetter(metric ?? "") ? -1 : 1;
  const front = paretoFront(
    timed.map(({ value, microsPerRow }) => ({ gain: sign * (value ?? 0), cost: microsPerRow ?? 0 })),
  );
  return new Set(front.flatMap((at) => timed[at]?.trial ?? []));
}

function readSort(text: string | undefined): Sort | null {
  if (text === undefined) return null;
  return text.startsWith("-") ? { by: text.slice(1), descending: true } : { by: text, descending: false };
}

/** By a column of the table; without one best first. What has no value comes last. */
function sortModels(models: readonly Model[], sort: Sort | null, metric: string): readonly Model[] {
  if (!sort) return models;
  const valueOf = (model: Model): number | string | null => {
    if (sort.by === "name") return model.name;
    if (sort.by === "micros") return model.microsPerRow;
    if (sort.by === "train") return model.trainSeconds;
    return sort.by === metric ? model.value : (model.metrics[sort.by] ?? null);
  };
  const sign = sort.descending ? -1 : 1;
  return models.toSorted((a, b) => {
    const [x, y] = [valueOf(a), valueOf(b)];
    if (typeof x === "string" || typeof y === "string") return sign * String(x).localeCompare(String(y));
    return x === null || y === null ? compareValues("", x, y) : sign * (x - y);
  });
}

function columnsOf(facts: RunFacts, front: ReadonlySet<number>, ranks: ReadonlyMap<number, number>): Column<Model>[] {
  const { metric, models, leaderboard, live } = facts;
  const task = leaderboard?.task ?? (live.started?.task === "regression" ? "regression" : "classification");
  const others = otherMetrics[task].filter(
    (name) => name !== metric && models.some(({ metrics }) => typeof metrics[name] === "number"),
  );
  return [
    { id: "rank", header: "#", width: 44, align: "end", hideable: false, cell: ({ trial }) => ranks.get(trial) ?? "" },
    {
      id: "name",
      header: "Model",
      width: "minmax(180px, 2fr)",
      sortable: true,
      cardPrimary: true,
      cell: ({ name }) => name,
    },
    ...(metric === null ? [] : [metricColumn(metric, true)]),
    ...others.map((name) => metricColumn(name, false)),
    {
      id: "micros",
      header: "µs / row",
      align: "end",
      width: 96,
      sortable: true,
      cardSecondary: true,
      cell: ({ trial, microsPerRow }) => (
        <span className={styles.micros}>
          {front.has(trial) && (
            <span className={styles.pareto} title="On the Pareto front: no model is both better and faster">
              front
            </span>
          )}
          {microsPerRow === null ? "–" : formatNumber(microsPerRow, { digits: 3 })}
        </span>
      ),
    },
    {
      id: "train",
      header: "Training",
      align: "end",
      width: 96,
      sortable: true,
      cell: ({ trainSeconds }) => (trainSeconds === null ? "–" : formatDuration(trainSeconds * 1000)),
    },
  ];
}

function metricColumn(name: string, isPrimary: boolean): Column<Model> {
  return {
    id: name,
    header: name,
    align: "end",
    sortable: true,
    descendingFirst: !isLessBetter(name),
    cardSecondary: isPrimary,
    width: "minmax(124px, 1fr)",
    cell: ({ value, metrics }) => {
      const number = isPrimary ? value : (metrics[name] ?? null);
      return isPrimary ? <strong>{formatNumber(number, { digits: 5 })}</strong> : formatNumber(number);
    },
  };
}
