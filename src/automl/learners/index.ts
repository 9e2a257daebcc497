import type { LearningAlgorithm } from "./learner.ts";
import { gradientBoosting } from "./gradient-boosting.ts";
import { elasticNet, logisticRegression } from "./linear.ts";
import { linearSVM } from "./linear-svm.ts";
import { bernoulliNaiveBayes, multinomialNaiveBayes } from "./naive-bayes.ts";
import { nearestNeighbours } from "./neighbours.ts";
import { neuralNetwork } from "./neural-network.ts";
import { decisionTree, extremeRandomTrees, randomForest } from "./random-forest.ts";

export type { Fit, FitContext, LearningAlgorithm, Params } from "./learner.ts";

/** Every learning algorithm, by Azure ML's name. */
export const learningAlgorithms: Readonly<Record<string, LearningAlgorithm>> = Object.fromEntries(
  [
    gradientBoosting,
    randomForest,
    extremeRandomTrees,
    decisionTree,
    logisticRegression,
    elasticNet,
    linearSVM,
    nearestNeighbours,
    multinomialNaiveBayes,
    bernoulliNaiveBayes,
    neuralNetwork,
  ].map((algorithm) => [algorithm.name, algorithm]),
);
