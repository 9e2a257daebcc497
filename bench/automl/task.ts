import { classificationMetrics, regressionMetrics } from "../../src/kernels/index.ts";
import type { Split } from "./split.ts";

/** What a comparison is about: `split` judges many tables by their primary metric, `holdout` by accuracy alone. */
export type Protocol = "split" | "holdout";

/** Share of the rows that the tools never see. */
export const testShare: Readonly<Record<Protocol, number>> = { split: 0.2, holdout: 0.1 };

/** What every tool is told to be good at, and is ranked by. */
export type Metric = "AUC" | "log loss" | "RMSE" | "accuracy";

/** @param classes their number, 0 for regression */
export function metricOf(protocol: Protocol, classes: number): Metric {
  if (classes === 0) return "RMSE";
  if (protocol === "holdout") return "accuracy";
  return classes === 2 ? "AUC" : "log loss";
}

export const isHigherBetter: Readonly<Record<Metric, boolean>> = {
  AUC: true,
  accuracy: true,
  "log loss": false,
  RMSE: false,
};

export interface Figures {
  /** Weighted one against the rest where there are more than two classes. */
  readonly AUC?: number;
  readonly "log loss"?: number;
  /** Of the labels that the tool itself answers. */
  readonly accuracy?: number;
  /** Of the most probable classes. */
  readonly "argmax accuracy"?: number;
  readonly RMSE?: number;
  readonly R2?: number;
}

export interface Answers {
  /** Rows x classes probabilities, or one value a row. */
  readonly outputs: Float64Array;
  /** Class numbers, one a row; null for regression. */
  readonly labels: Float64Array | null;
}

/** The same functions for every tool. */
export function judge(split: Split, { outputs, labels }: Answers): Figures {
  const { testTarget } = split;
  if (labels === null) {
    const metrics = regressionMetrics({ target: testTarget, predictions: outputs });
    return { RMSE: metrics["root_mean_squared_error"], R2: metrics["r2_score"] };
  }
  const metrics = classificationMetrics({ labels: testTarget, probabilities: outputs, classes: split.labels.length });
  return {
    AUC: metrics["AUC_weighted"],
    "log loss": metrics["log_loss"],
    accuracy: labels.filter((label, row) => label === testTarget[row]).length / labels.length,
    "argmax accuracy": metrics["accuracy"],
  };
}
