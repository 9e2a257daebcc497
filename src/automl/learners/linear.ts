/**
 * Linear learners. Numeric features are imputed with the median (and marked where nulls were seen), cut to a sane
 * range and standardised; categorical ones enter one-hot (linear-encoding.ts).
 */
import { fitElasticNet } from "./linear-elastic-net.ts";
import { encodeRows, toLearner } from "./linear-encoding.ts";
import { fitLogistic } from "./linear-logistic.ts";
import type { LearningAlgorithm } from "./learner.ts";
import { encodingParam, numberParam, rowsOf } from "./linear-params.ts";

/**
 * Params: `C`, the inverse strength of the L2 penalty, as scikit-learn's LogisticRegression has it; default 1.
 * `encoding`: "scaled" (default), or "bins": every number as one of 16 quantile bins too, so that its effect need not
 * be a straight line.
 */
export const logisticRegression: LearningAlgorithm = {
  name: "LogisticRegression",
  tasks: ["classification"],
  fit(data, rows, params, { kernels, checkpoint }) {
    const C = numberParam(params, "C", 1, (value) => value > 0, "a number above 0");
    const mark = kernels.arena.mark();
    try {
      const encoded = encodeRows(kernels, data, rows, checkpoint, encodingParam(params));
      const labels = rowsOf(data.target, rows);
      const { weights, pitch, outputs } = fitLogistic(kernels, encoded, labels, data.classes, C, checkpoint);
      const link = outputs === 1 ? "sigmoid" : "softmax";
      return { learner: toLearner(encoded, weights, pitch, outputs, link), rounds: 0 };
    } finally {
      kernels.arena.release(mark);
    }
  },
};

/**
 * Params as scikit-learn's ElasticNet has them: `alpha`, the strength of the penalty, and `l1_ratio`, the share of L1
 * in it; 0 is ridge regression. Default: scikit-learn's Ridge(alpha=1), which does not depend on the target's unit
 * as an L1 penalty does. `encoding` as in `logisticRegression`.
 */
export const elasticNet: LearningAlgorithm = {
  name: "ElasticNet",
  tasks: ["regression"],
  fit(data, rows, params, { kernels, checkpoint }) {
    const alpha = numberParam(params, "alpha", 1 / rows.length, (value) => value >= 0, "a number of at least 0");
    const l1Ratio = numberParam(params, "l1_ratio", 0, (value) => value >= 0 && value <= 1, "a number from 0 to 1");
    const mark = kernels.arena.mark();
    try {
      const encoded = encodeRows(kernels, data, rows, checkpoint, encodingParam(params));
      const target = rowsOf(data.target, rows);
      const weights = fitElasticNet(kernels, encoded, target, alpha, l1Ratio, checkpoint);
      return { learner: toLearner(encoded, weights, 1, 1, "identity"), rounds: 0 };
    } finally {
      kernels.arena.release(mark);
    }
  },
};
