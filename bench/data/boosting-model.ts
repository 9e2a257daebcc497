/** Models made in a second, for the benchmarks of scoring and serving. */
import type { Featurized } from "../../src/automl/featurize.ts";
import { slipwayVersion } from "../../src/base/index.ts";
import { createKernels } from "../../src/kernels/index.ts";
import type { Model } from "../../src/model/index.ts";
import { timedBoosting } from "../harness/boosting.ts";
import { makeBoostingData } from "./boosting-data.ts";

export const modelTrees = 200;

/** A binary classification by a gradient boosting of 200 trees, trained on all rows of `featurized`. */
export function boostingModel(
  featurized: Pick<Featurized, "dataset" | "labels" | "inputs" | "transforms">,
  target: string,
): Model {
  const { dataset, labels, inputs, transforms } = featurized;
  const name = "GradientBoosting";
  const { learner } = timedBoosting(createKernels(), dataset, { rounds: modelTrees, seed: 1, threads: 1 });
  return {
    task: "classification",
    target,
    labels,
    inputs,
    transforms,
    members: [{ name, weight: 1, learner }],
    combination: { kind: "vote" },
    labelWeights: null,
    name,
    metrics: {},
    provenance: {
      slipway: slipwayVersion(),
      primaryMetric: "AUC_weighted",
      seed: 1,
      validation: "holdout:0.1",
      rows: dataset.rows,
      featurization: [],
      trials: [],
    },
  };
}

/** The same on 20,000 made rows. */
export function madeModel(): Model {
  const { train } = makeBoostingData(20_000, 1, 1);
  const columns = train.features.map(({ name }) => name);
  return boostingModel(
    {
      dataset: train,
      labels: ["no", "yes"],
      inputs: columns.map((name) => ({
        name,
        type: "numeric",
        integer: false,
        nullable: false,
        range: [-5, 5],
        example: 0.5,
      })),
      transforms: columns.map((column) => ({ op: "Numeric", column })),
    },
    "y",
  );
}
