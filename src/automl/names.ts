import { SlipwayError } from "../base/index.ts";
import type { Task } from "../model/index.ts";
import { learningAlgorithms } from "./learners/index.ts";

/** Azure ML's names of learners that are gradient boosting here too. */
const ALIASES: Readonly<Record<string, string>> = {
  LightGBM: "GradientBoosting",
  XGBoostClassifier: "GradientBoosting",
  XGBoostRegressor: "GradientBoosting",
};

/** "<scaler> <model>", as on Azure ML's leaderboard; trees need no scaler. */
export function leaderboardName(algorithm: string): string {
  return algorithm === "LogisticRegression" || algorithm === "ElasticNet" ? `StandardScaler ${algorithm}` : algorithm;
}

/** The algorithms of a task that are allowed and not blocked. Throws SLW_AUTOML_MODELS. */
export function chooseAlgorithms(
  task: Task,
  allowed: readonly string[] | undefined,
  blocked: readonly string[] | undefined,
): string[] {
  const ofTask = Object.values(learningAlgorithms)
    .filter((algorithm) => algorithm.tasks.includes(task))
    .map((algorithm) => algorithm.name);
  const allowedNames = allowed?.map(knownName) ?? ofTask;
  const blockedNames = blocked?.map(knownName) ?? [];
  const chosen = ofTask.filter((name) => allowedNames.includes(name) && !blockedNames.includes(name));
  if (chosen.length > 0) return chosen;
  throw new SlipwayError("SLW_AUTOML_MODELS", `No learner for ${task} is left after --allowed and --blocked.`, {
    fix: `Allow at least one of: ${ofTask.join(", ")}.`,
    details: { allowed, blocked, known: ofTask },
  });
}

function knownName(name: string): string {
  const known = Object.keys(learningAlgorithms);
  const match = [...known, ...Object.keys(ALIASES)].find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  if (match) return ALIASES[match] ?? match;
  throw new SlipwayError("SLW_AUTOML_MODELS", `"${name}" is not a learner of this release.`, {
    fix: `Use: ${known.join(", ")} (LightGBM and XGBoost mean GradientBoosting).`,
    details: { got: name, known },
  });
}
