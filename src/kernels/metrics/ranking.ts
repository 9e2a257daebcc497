/** How well scores put the positive rows above the others. */
export interface Ranking {
  /** Area under the ROC curve, ties counted half; NaN unless there are positive and other rows. */
  readonly auc: number;
  /** Sum of precision times gain in recall over the distinct scores (no interpolation); 0 without a positive row. */
  readonly averagePrecision: number;
  /** Sum of the positive rows' weights. */
  readonly positives: number;
}

/**
 * Both figures of one class against the rest, in one sweep from the highest score down; like scikit-learn's
 * roc_auc_score and average_precision_score.
 * @param positive 1 for the rows of the class, 0 for the others
 * @param order the rows by ascending score
 * @param weights one a row; all 1 when absent
 */
export function rankingOf(
  scores: Float64Array,
  positive: Uint8Array,
  order: Uint32Array,
  weights?: Float64Array,
): Ranking {
  let truePositives = 0;
  let falsePositives = 0;
  let area = 0;
  let precisionSum = 0;
  let next = order.length - 1;
  while (next >= 0) {
    const score = scores[order[next]];
    let gained = 0;
    let lost = 0;
    for (; next >= 0 && scores[order[next]] === score; next--) {
      const row = order[next];
      const weight = weights === undefined ? 1 : weights[row];
      if (positive[row] === 1) gained += weight;
      else lost += weight;
    }
    area += lost * (truePositives + gained / 2);
    truePositives += gained;
    falsePositives += lost;
    if (gained > 0) precisionSum += (gained * truePositives) / (truePositives + falsePositives);
  }
  return {
    auc: truePositives > 0 && falsePositives > 0 ? area / (truePositives * falsePositives) : NaN,
    averagePrecision: truePositives > 0 ? precisionSum / truePositives : 0,
    positives: truePositives,
  };
}
