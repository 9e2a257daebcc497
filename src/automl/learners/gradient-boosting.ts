import { BOOSTING_DEFAULTS, trainBoosting } from "./boosting.ts";
import type { LearningAlgorithm } from "./learner.ts";

export const gradientBoosting: LearningAlgorithm = {
  name: "GradientBoosting",
  tasks: ["classification", "regression"],
  fit(data, rows, params, context) {
    const { target, classes } = data;
    const { binned, validation, seed, checkpoint, shouldFinish } = context;
    const input = { data: binned, target, classes, rows, validation, seed, checkpoint, shouldFinish };
    return trainBoosting(context.kernels, input, { ...BOOSTING_DEFAULTS, ...params });
  },
};
