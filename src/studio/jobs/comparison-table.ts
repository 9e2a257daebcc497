/** Runs beside each other as one table: what each has logged, in which they differ, which is best. Pure. */
import type { MetricValue, RunComparison } from "../../contract/index.ts";

export type Section = "Metrics" | "Parameters" | "Tags";

export interface Head {
  /** Unique among the rows, or among the columns. */
  readonly id: string;
  readonly label: string;
  /** Of a name that was logged. */
  readonly section?: Section;
  /** Id, of a run. */
  readonly run?: string;
}

export interface Cell {
  /** null: the run has none. */
  readonly text: string | null;
  /** The best value of its metric. */
  readonly isBest: boolean;
}

export interface ComparisonTable {
  readonly columns: readonly Head[];
  readonly rows: readonly { readonly head: Head; readonly cells: readonly Cell[] }[];
}

export interface TableOptions {
  /** Leaves out what is the same in all runs. */
  readonly onlyDiffering: boolean;
  /** A row for each run; otherwise a column. */
  readonly runsAsRows: boolean;
  readonly formatMetric: (value: MetricValue) => string;
}

export function comparisonTable(comparison: RunComparison, options: TableOptions): ComparisonTable {
  const { onlyDiffering, runsAsRows } = options;
  const lines = linesOf(comparison, options).filter(({ cells }) => !onlyDiffering || differs(cells));
  const runs = comparison.runs.map(({ id, name }): Head => ({ id, label: name, run: id }));
  if (!runsAsRows) return { columns: runs, rows: lines };
  return {
    columns: lines.map(({ head }) => head),
    rows: runs.map((head, at) => ({ head, cells: lines.map(({ cells }) => cells[at] as Cell) })),
  };
}

/** Without what MLflow's clients write for themselves. */
function linesOf({ metrics, params, tags }: RunComparison, { formatMetric }: TableOptions): ComparisonTable["rows"] {
  const heads = (section: Section, names: readonly string[]): Head[] =>
    names.toSorted((a, b) => a.localeCompare(b)).map((label) => ({ id: `${section}.${label}`, label, section }));
  const texts = (section: Section, values: RunComparison["params"]) =>
    heads(section, Object.keys(values)).map((head) => ({
      head,
      cells: (values[head.label] ?? []).map((text): Cell => ({ text, isBest: false })),
    }));
  return [
    ...heads("Metrics", Object.keys(metrics)).map((head) => {
      const values = metrics[head.label] ?? [];
      const best = bestOf(head.label, values);
      return {
        head,
        cells: values.map((value): Cell => ({
          text: value === null ? null : formatMetric(value),
          isBest: value !== null && value === best,
        })),
      };
    }),
    ...texts("Parameters", params),
    ...texts("Tags", Object.fromEntries(Object.entries(tags).filter(([name]) => !name.startsWith("mlflow.")))),
  ];
}

function differs(cells: readonly Cell[]): boolean {
  return cells.some(({ text }) => text !== cells[0]?.text);
}

/** By the name: of errors, losses and times the least is best. */
export function isLowerBetter(metric: string): boolean {
  return /error|loss|deviation|rmse|mse|mae|mape|seconds|time|duration|latency|micros|bytes|memory/i.test(metric);
}

/** @returns null where all are the same, or none is a number */
export function bestOf(metric: string, values: readonly (MetricValue | null)[]): number | null {
  const numbers = values.filter((value) => typeof value === "number");
  const [least, most] = numbers.reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  );
  if (least >= most) return null;
  return isLowerBetter(metric) ? least : most;
}

/** Metrics and parameters in which the runs differ, as names of axes: "params.depth", "metrics.AUC". */
export function differingAxes({ metrics, params }: RunComparison): string[] {
  const isVaried = (values: readonly unknown[]): boolean => values.some((value) => value !== values[0]);
  const ofMetrics = Object.keys(metrics).filter((name) => isVaried(metrics[name] ?? []));
  const ofParams = Object.keys(params).filter((name) => isVaried(params[name] ?? []));
  return [...ofParams.map((name) => `params.${name}`), ...ofMetrics.map((name) => `metrics.${name}`)];
}

/** The ones of these that at least half of the runs have. */
export function commonAxes(comparison: RunComparison, axes: readonly string[]): string[] {
  return axes.filter((axis) => {
    const values = axisValues(comparison, axis);
    return 2 * values.filter((value) => value !== null).length >= values.length;
  });
}

/** The values of an axis, one for each run: numbers where all of them are. */
export function axisValues({ metrics, params }: RunComparison, axis: string): (number | string | null)[] {
  if (axis.startsWith("metrics."))
    return (metrics[axis.slice(8)] ?? []).map((value) => (typeof value === "number" ? value : null));
  const texts = params[axis.slice(7)] ?? [];
  const isNumeric = texts.every((text) => text === null || (text.trim() !== "" && Number.isFinite(Number(text))));
  return texts.map((text) => (text !== null && isNumeric ? Number(text) : text));
}
