import { modelCharts } from "./charts/index.ts";
import type { Model } from "../model/index.ts";
import type { AutoMLResult } from "./events.ts";
import type { Plan } from "./prepare.ts";
import type { SearchResult } from "./search/run-trials.ts";

/** Charts of any model of the run, made when asked for from the outputs on the validation rows. */
export function createChartsOf(
  { task, featurized, validation }: Plan,
  found: SearchResult,
  best: { readonly number: number; readonly outputs: Float64Array; readonly labelWeights: Model["labelWeights"] },
): AutoMLResult["chartsOf"] {
  const { dataset, labels } = featurized;
  return (number) => {
    const trial = found.trials.find(({ spec }) => spec.number === number);
    const isBest = number === best.number;
    const outputs = isBest ? best.outputs : trial?.outcome.outputs;
    if (!outputs || outputs.length === 0) return null;
    const rows = validation.folds.flatMap(({ valid }) => [...valid]);
    const pick = (values: Float64Array): Float64Array => Float64Array.from(rows, (row) => values[row]);
    const weights = dataset.weights && pick(dataset.weights);
    return modelCharts(task, labels, pick(dataset.target), outputs, weights, isBest ? best.labelWeights : null);
  };
}
