import type { LearningAlgorithm } from "./learner.ts";
import { gradientBoosting } from "./gradient-boosting.ts";
import { elasticNet, logisticRegression } from "./linear.ts";
import { extremeRandomTrees, randomForest } from "./random-forest.ts";

export type { Fit, FitContext, LearningAlgorithm, Params } from "./learner.ts";

/** Every learning algorithm, by Azure ML's name. */
export const learningAlgorithms: Readonly<Record<string, LearningAlgorithm>> = Object.fromEntries(
  [gradientBoosting, randomForest, extremeRandomTrees, logisticRegression, elasticNet].map((algorithm) => [
    algorithm.name,
    algorithm,
  ]),
);
