import { useQueries, useSuspenseQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { Metric } from "../../contract/index.ts";
import { query } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { ChartFrame, LineChart } from "../charts/index.ts";
import {
  Card,
  Checkbox,
  EmptyState,
  ErrorCard,
  SearchBox,
  Select,
  Skeleton,
  Slider,
  Switch,
  Toolbar,
} from "../kit/index.ts";
import { metricText } from "./metric-text.ts";
import { logarithms, pointsOf, type History, type MetricAxis } from "./metric-points.ts";
import { useRunSearch } from "./use-run-search.ts";
import styles from "./run-metrics.module.css";

/** Metrics that are drawn where none is chosen: each is a request. */
const drawnAtFirst = 2;
/** Points that the server leaves of a history; a picture is not wider. */
const points = 1500;

export interface RunMetricsProps {
  /** Id of the run. */
  readonly run: string;
  /** Names of the metrics that are drawn; absent: the first ones. */
  readonly metric: readonly string[] | undefined;
  readonly onMetric: (names: string[] | undefined) => void;
}

/** All metrics of a run by their latest values, and the history of the chosen ones. Stands on a page at /jobs/$run. */
export function RunMetrics({ run: id, metric, onMetric }: RunMetricsProps): ReactElement {
  const workspace = useWorkspace();
  const run = useSuspenseQuery(query("getRun", { workspace, run: id })).data;
  const latest = latestByName(run.metrics);
  const names = [...latest.keys()];
  const chosen = metric?.filter((name) => latest.has(name)) ?? atFirst(run.metrics);
  if (names.length === 0)
    return (
      <EmptyState title="No metrics were logged" command={`mlflow.log_metric("AUC", 0.94, step=1)`}>
        They are drawn here as they come.
      </EmptyState>
    );
  return (
    <div className={styles.metrics}>
      <Choice latest={latest} chosen={chosen} onChange={(next) => onMetric(next)} />
      <div className={styles.charts}>
        <AxisChoice />
        {chosen.length === 0 && <EmptyState title="Choose a metric">Its history is drawn here.</EmptyState>}
        <Histories run={id} names={chosen} />
      </div>
    </div>
  );
}

/** The ones with a history, if there are any. */
function atFirst(metrics: readonly Metric[]): string[] {
  const withSteps = metrics.filter(({ step }) => step !== 0);
  return [...latestByName(withSteps.length > 0 ? withSteps : metrics).keys()].slice(0, drawnAtFirst);
}

function latestByName(metrics: readonly Metric[]): Map<string, Metric> {
  const byName = new Map<string, Metric>();
  for (const metric of metrics) if (!byName.has(metric.key)) byName.set(metric.key, metric);
  return new Map([...byName].toSorted(([a], [b]) => a.localeCompare(b)));
}

interface ChoiceProps {
  readonly latest: ReadonlyMap<string, Metric>;
  readonly chosen: readonly string[];
  readonly onChange: (names: string[]) => void;
}

/** Thousands of names are found by a part of them. */
const shownNames = 200;

function Choice({ latest, chosen, onChange }: ChoiceProps): ReactElement {
  const [{ names = "" }, change] = useRunSearch();
  const wanted = names.toLowerCase();
  const found = [...latest].filter(([name]) => name.toLowerCase().includes(wanted));
  const toggle = (name: string, isOn: boolean): void =>
    onChange(isOn ? [...chosen, name] : chosen.filter((other) => other !== name));
  return (
    <Card title={`Metrics (${latest.size.toLocaleString("en-US")})`}>
      {latest.size > 12 && (
        <SearchBox
          label="Find a metric"
          value={names}
          onSearch={(part) => change({ names: part }, { replace: true })}
        />
      )}
      <ul className={styles.names}>
        {found.slice(0, shownNames).map(([name, { value, step }]) => (
          <li key={name}>
            <Checkbox label={name} value={chosen.includes(name)} onChange={(isOn) => toggle(name, isOn)} />
            <span className={styles.value} title={step === 0 ? undefined : `At step ${step}`}>
              {metricText(value)}
            </span>
          </li>
        ))}
      </ul>
      {found.length > shownNames && (
        <p className={styles.more}>
          {(found.length - shownNames).toLocaleString("en-US")} more: type a part of the name.
        </p>
      )}
    </Card>
  );
}

const axes = [
  { id: "step", label: "Step" },
  { id: "time", label: "Time" },
  { id: "relative", label: "Seconds since the first" },
] as const;

function AxisChoice(): ReactElement {
  const [{ x, smooth = 0, log = false }, change] = useRunSearch();
  return (
    <Toolbar>
      <Select<MetricAxis>
        label="X axis"
        options={axes}
        value={x ?? "step"}
        onChange={(id) => change({ x: id === "step" ? undefined : id }, { replace: true })}
      />
      <Slider
        label="Smoothing"
        min={0}
        max={0.99}
        step={0.01}
        value={smooth}
        onChange={(value) => change({ smooth: value === 0 ? undefined : value }, { replace: true })}
      />
      <Switch
        label="Logarithmic"
        value={log}
        onChange={(isOn) => change({ log: isOn || undefined }, { replace: true })}
      />
    </Toolbar>
  );
}

function Histories({ run, names }: { readonly run: string; readonly names: readonly string[] }): ReactElement {
  const workspace = useWorkspace();
  const [{ x = "step", smooth = 0, log = false }] = useRunSearch();
  const answers = useQueries({
    queries: names.map((metric) => ({
      ...query("sampleMetricHistories", { workspace, body: { runs: [run], metric, points } }),
      staleTime: 5_000,
    })),
  });
  return (
    <>
      {answers.map(({ data, error }, index) => {
        const name = names[index] as string;
        if (error) return <ErrorCard key={name} error={error} />;
        if (!data) return <Skeleton key={name} height={280} />;
        return <HistoryChart key={name} name={name} history={data.runs[run]} axis={x} smooth={smooth} isLog={log} />;
      })}
    </>
  );
}

interface HistoryChartProps {
  readonly name: string;
  readonly history: History | undefined;
  readonly axis: MetricAxis;
  readonly smooth: number;
  readonly isLog: boolean;
}

function HistoryChart({ name, history, axis, smooth, isLog }: HistoryChartProps): ReactElement {
  if (!history || history.values.length === 0) return <EmptyState title={`${name} has no values`} />;
  const raw = pointsOf(history, axis, 0);
  const last = raw.at(-1)?.[1] ?? null;
  const drawn = (points: ReturnType<typeof pointsOf>): ReturnType<typeof pointsOf> =>
    isLog ? logarithms(points) : points;
  return (
    <ChartFrame
      id={`metric.${name}`}
      title={name}
      fileName={name}
      table={{
        columns: ["step", "time", name],
        rows: history.steps.map((step, at) => [
          step,
          new Date(history.timestamps[at] as number).toISOString(),
          history.values[at] as number | string,
        ]),
      }}
    >
      <LineChart
        label={`${name} over ${history.values.length} points, ${last === null ? "no number" : `${metricText(last)} at the end`}`}
        series={[
          { id: "raw", label: smooth > 0 ? "As logged" : name, points: drawn(raw) },
          ...(smooth > 0 ? [{ id: "smooth", label: "Smoothed", points: drawn(pointsOf(history, axis, smooth)) }] : []),
        ]}
        xLabel={axis === "time" ? undefined : axis === "step" ? "Step" : "Seconds"}
        isTime={axis === "time"}
        {...(isLog && { yLabel: `log₁₀ ${name}`, formatY: (exponent) => metricText(10 ** exponent) })}
      />
    </ChartFrame>
  );
}
