/** How much worse a model gets where a column no longer fits its rows (Breiman 2001; Fisher, Rudin & Dominici 2019). */
import { createRandom, type Column, type Table } from "../base/index.ts";
import { takeRows } from "../data/index.ts";
import { metricInfo, metricValue } from "../kernels/index.ts";
import { predictedClasses, score, type Model } from "../model/index.ts";
import { checkMetric } from "./evaluate.ts";
import { readTruth } from "./truth.ts";

export interface PermutationImportance {
  readonly metric: string;
  /** The metric of the rows as they are. */
  readonly value: number;
  /** In the order of `Model.inputs`. */
  readonly columns: readonly {
    readonly name: string;
    /**
     * How much worse the metric gets, in its unit: value - permuted, or permuted - value where lower is better. Near 0 or
     * below where the model does not need the column.
     */
    readonly mean: number;
    /** Standard deviation of the shuffles. */
    readonly deviation: number;
  }[];
}

/** Shuffles of a column, as scikit-learn's permutation_importance has them by default. */
const SHUFFLES = 5;

/**
 * The metric after a column's values were shuffled among the rows, five times a column. It scores the table
 * 1 + 5 x columns times; between two of them timers and signals have their turn.
 * @param target the table's column that holds the truth: labels, or values; rows where it is null are left out
 * @param metric one of the task, by Azure ML's name
 * @throws SLW_AUTOML_METRIC, SLW_AUTOML_TARGET, SLW_SCORE_COLUMN_MISSING, SLW_SCORE_COLUMN_TYPE, the signal's reason
 */
export async function permutationImportance(
  model: Model,
  table: Table,
  target: string,
  metric: string,
  seed: number,
  options: { readonly signal?: AbortSignal } = {},
): Promise<PermutationImportance> {
  checkMetric(metric, model.task, model.labels.length);
  const { truth, known } = readTruth(model, table, target);
  const judge = (columns: readonly Column[]): number => metricOf(model, metric, truth, { ...known, columns });
  const sign = metricInfo(metric).direction === "maximize" ? 1 : -1;
  const value = judge(known.columns);
  const columns: PermutationImportance["columns"][number][] = [];
  for (const [stream, { name }] of model.inputs.entries()) {
    const random = createRandom(seed, stream);
    const losses: number[] = [];
    for (let shuffle = 0; shuffle < SHUFFLES; shuffle++) {
      await new Promise((resolve) => setImmediate(resolve));
      options.signal?.throwIfAborted();
      const order = random.shuffle(Uint32Array.from({ length: known.rows }, (_, row) => row));
      const shuffled = known.columns.map((column) => (column.name === name ? reordered(column, order) : column));
      losses.push(sign * (value - judge(shuffled)));
    }
    columns.push({ name, ...meanAndDeviation(losses) });
  }
  return { metric, value, columns };
}

function metricOf(model: Model, metric: string, truth: Float64Array, table: Table): number {
  const outputs = score(model, table);
  return metricValue(
    metric,
    model.task === "classification"
      ? {
          labels: truth,
          probabilities: outputs,
          classes: model.labels.length,
          predictions: predictedClasses(model, outputs),
        }
      : { target: truth, predictions: outputs },
  );
}

function reordered(column: Column, order: Uint32Array): Column {
  return takeRows({ rows: order.length, columns: [column] }, order).columns[0];
}

function meanAndDeviation(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / values.length) };
}
