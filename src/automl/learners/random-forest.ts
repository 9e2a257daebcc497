import { trainForest, type ForestParams } from "./forest.ts";
import type { LearningAlgorithm } from "./learner.ts";

/** scikit-learn's defaults where they fit histograms; leaves are bounded so that a model file stays small. */
const DEFAULTS = { trees: 100, maxLeaves: 1024, minRows: 3, featureFraction: 0.4 } as const;

function forest(name: string, fixed: Pick<ForestParams, "bootstrap" | "randomThresholds">): LearningAlgorithm {
  return {
    name,
    tasks: ["classification", "regression"],
    fit(data, rows, params, context) {
      const { target, classes } = data;
      const { binned, seed, checkpoint, shouldFinish } = context;
      const merged = { ...DEFAULTS, ...params, ...fixed };
      const input = { data: binned, target, classes, rows, seed, checkpoint, shouldFinish };
      const learner = trainForest(context.kernels, input, merged);
      return { learner, rounds: learner.trees.roots.length };
    },
  };
}

export const randomForest = forest("RandomForest", { bootstrap: true, randomThresholds: false });
export const extremeRandomTrees = forest("ExtremeRandomTrees", { bootstrap: false, randomThresholds: true });
