import { boostingParams } from "./boosting-params.ts";
import { trainBoosting } from "./boosting.ts";
import type { LearningAlgorithm } from "./learner.ts";

export const gradientBoosting: LearningAlgorithm = {
  name: "GradientBoosting",
  tasks: ["classification", "regression"],
  fit(dataset, rows, params, { kernels, ...context }) {
    return trainBoosting(kernels, { dataset, rows, ...context }, boostingParams(params, dataset.classes));
  },
};
