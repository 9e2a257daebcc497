import { trainForest, type ForestParams } from "./forest.ts";
import type { LearningAlgorithm } from "./learner.ts";

/** scikit-learn's defaults where they fit histograms; leaves are bounded so that a model file stays small. */
const DEFAULTS = { trees: 100, maxLeaves: 1024, maxDepth: 64, minRows: 3, featureFraction: 0.4 } as const;

/** Leaf values of a forest, 8 bytes each: with a thousand classes every leaf holds a thousand of them. */
const MOST_LEAF_VALUES = 8_000_000;
const FEWEST_LEAVES = 16;

function forest(
  name: string,
  fixed: Partial<ForestParams> & Pick<ForestParams, "bootstrap" | "randomThresholds">,
  defaults: Partial<ForestParams> = {},
): LearningAlgorithm {
  return {
    name,
    tasks: ["classification", "regression"],
    fit(dataset, rows, params, { kernels, ...context }) {
      const merged = { ...DEFAULTS, ...defaults, ...params, ...fixed };
      const fitting = Math.floor(MOST_LEAF_VALUES / (merged.trees * Math.max(1, dataset.classes)));
      const maxLeaves = Math.min(merged.maxLeaves, Math.max(FEWEST_LEAVES, fitting));
      const learner = trainForest(kernels, { dataset, rows, ...context }, { ...merged, maxLeaves });
      return { learner, rounds: learner.trees.roots.length };
    },
  };
}

export const randomForest = forest("RandomForest", { bootstrap: true, randomThresholds: false });
export const extremeRandomTrees = forest("ExtremeRandomTrees", { bootstrap: false, randomThresholds: true });
/** One tree that a person can read; its leaves hold enough rows to be believed. */
export const decisionTree = forest(
  "DecisionTree",
  { trees: 1, bootstrap: false, randomThresholds: false },
  { maxLeaves: 64, maxDepth: 10, minRows: 20, featureFraction: 1 },
);
