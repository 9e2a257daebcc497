import { SlipwayError } from "../base/index.ts";
import type { Task } from "../model/index.ts";
import { learningAlgorithms } from "./learners/index.ts";

/** Azure ML's names of learners that are gradient boosting here too. */
const ALIASES: Readonly<Record<string, string>> = {
  LightGBM: "GradientBoosting",
  XGBoostClassifier: "GradientBoosting",
  XGBoostRegressor: "GradientBoosting",
};

/** Azure ML's names of learners that are not here, and the learner that comes nearest. */
const NEAREST: Readonly<Record<string, Readonly<Record<Task, string>>>> = {
  SGD: { classification: "LogisticRegression", regression: "ElasticNet" },
  SVM: { classification: "LinearSVM", regression: "ElasticNet" },
  AveragedPerceptronClassifier: { classification: "LinearSVM", regression: "ElasticNet" },
  LassoLars: { classification: "LogisticRegression", regression: "ElasticNet" },
  FastLinearRegressor: { classification: "LogisticRegression", regression: "ElasticNet" },
  OnlineGradientDescentRegressor: { classification: "LogisticRegression", regression: "ElasticNet" },
  TabnetClassifier: { classification: "NeuralNetwork", regression: "NeuralNetwork" },
  TabnetRegressor: { classification: "NeuralNetwork", regression: "NeuralNetwork" },
  TensorFlowDNN: { classification: "NeuralNetwork", regression: "NeuralNetwork" },
  TensorFlowLinearClassifier: { classification: "LogisticRegression", regression: "ElasticNet" },
  TensorFlowLinearRegressor: { classification: "LogisticRegression", regression: "ElasticNet" },
};

const SCALED: ReadonlySet<string> = new Set(["LogisticRegression", "ElasticNet", "LinearSVM", "KNN"]);

/** "<scaler> <model>", as on Azure ML's leaderboard; trees need no scaler. */
export function leaderboardName(algorithm: string): string {
  return SCALED.has(algorithm) ? `StandardScaler ${algorithm}` : algorithm;
}

/** What a run asks of its learners beside their task. */
export interface LearnerLimits {
  /** Some prediction must rise or fall with a number: only learners that see to it. */
  readonly monotone?: boolean;
  /** Only learners whose models can be written as ONNX. */
  readonly onnxOnly?: boolean;
}

/** Trees: they refuse splits that would break the order. */
const MONOTONE: ReadonlySet<string> = new Set([
  "GradientBoosting",
  "RandomForest",
  "ExtremeRandomTrees",
  "DecisionTree",
]);
const NOT_IN_ONNX: ReadonlySet<string> = new Set(["KNN", "NeuralNetwork"]);

/**
 * The algorithms of a task that are allowed, not blocked and within the limits. For an allowed learner that is not here
 * the nearest one takes its place; a blocked one that is not here blocks nothing. Throws SLW_AUTOML_MODELS.
 */
export function chooseAlgorithms(
  task: Task,
  allowed: readonly string[] | undefined,
  blocked: readonly string[] | undefined,
  limits: LearnerLimits = {},
): string[] {
  const ofTask = Object.values(learningAlgorithms)
    .filter((algorithm) => algorithm.tasks.includes(task))
    .map((algorithm) => algorithm.name)
    .filter((name) => !limits.monotone || MONOTONE.has(name))
    .filter((name) => !limits.onnxOnly || !NOT_IN_ONNX.has(name));
  const allowedNames = allowed?.map((name) => knownName(name) ?? nearestTo(name, task)) ?? ofTask;
  const blockedNames = blocked?.map((name) => knownName(name) ?? "") ?? [];
  const chosen = ofTask.filter((name) => allowedNames.includes(name) && !blockedNames.includes(name));
  if (chosen.length > 0) return chosen;
  throw new SlipwayError("SLW_AUTOML_MODELS", `No learner for ${task} is left after --allowed and --blocked.`, {
    fix: `Allow at least one of: ${ofTask.join(", ")}.`,
    details: { allowed, blocked, known: ofTask },
  });
}

/** What was made of the names of learners that are not here, in words. Names that are refused are left out. */
export function nearestNotes(
  task: Task,
  allowed: readonly string[] | undefined,
  blocked: readonly string[] | undefined,
): string[] {
  return [
    ...strangers(allowed).map((name) => `${name} is not here; ${nearestTo(name, task)} comes nearest and was allowed.`),
    ...strangers(blocked).map(
      (name) => `${name} is not here, so nothing was blocked; ${nearestTo(name, task)} comes nearest.`,
    ),
  ];
}

/** The names, as Azure ML writes them, of learners that are not here. */
function strangers(names: readonly string[] | undefined): string[] {
  return (names ?? []).flatMap((name) => matching(Object.keys(NEAREST), name) ?? []);
}

function nearestTo(name: string, task: Task): string {
  return NEAREST[matching(Object.keys(NEAREST), name) as string][task];
}

/** Null for a learner that Azure ML has and that is not here. */
function knownName(name: string): string | null {
  const known = Object.keys(learningAlgorithms);
  const match = matching([...known, ...Object.keys(ALIASES)], name);
  if (match) return ALIASES[match] ?? match;
  if (matching(Object.keys(NEAREST), name)) return null;
  throw new SlipwayError("SLW_AUTOML_MODELS", `"${name}" is not a learner of this release.`, {
    fix: `Use: ${known.join(", ")} (LightGBM and XGBoost mean GradientBoosting).`,
    details: { got: name, known },
  });
}

function matching(names: readonly string[], name: string): string | undefined {
  return names.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
}
