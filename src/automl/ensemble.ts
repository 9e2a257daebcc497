/** Greedy ensemble selection with replacement (Caruana et al. 2004) on validation outputs. */

export interface EnsembleChoice {
  /** Share of each candidate, in their order; most are 0. */
  readonly weights: readonly number[];
  readonly outputs: Float64Array;
}

const PICKS = 24;

/**
 * `candidates`: validation outputs of each model. `loss`: lower is better. Starts with the best single model and adds,
 * each time, the one that lowers the loss of the average most; the best prefix of picks wins.
 */
export function selectEnsemble(
  candidates: readonly Float64Array[],
  loss: (outputs: Float64Array) => number,
): EnsembleChoice {
  const length = candidates[0].length;
  const sum = new Float64Array(length);
  const trial = new Float64Array(length);
  const picks: number[] = [];
  let best = { loss: Infinity, picks: 0 };
  for (let round = 1; round <= PICKS; round++) {
    let chosen = { loss: Infinity, candidate: -1 };
    for (let c = 0; c < candidates.length; c++) {
      const outputs = candidates[c];
      for (let i = 0; i < length; i++) trial[i] = (sum[i] + outputs[i]) / round;
      const value = loss(trial);
      if (value < chosen.loss) chosen = { loss: value, candidate: c };
    }
    if (chosen.candidate < 0) break;
    picks.push(chosen.candidate);
    const outputs = candidates[chosen.candidate];
    for (let i = 0; i < length; i++) sum[i] += outputs[i];
    if (chosen.loss < best.loss) best = { loss: chosen.loss, picks: round };
    // Three picks without a gain: more of the same.
    else if (round - best.picks >= 3) break;
  }
  return average(candidates, picks.slice(0, best.picks));
}

function average(candidates: readonly Float64Array[], picks: readonly number[]): EnsembleChoice {
  const weights = candidates.map((_, c) => picks.filter((pick) => pick === c).length / picks.length);
  const outputs = new Float64Array(candidates[0].length);
  weights.forEach((weight, c) => {
    if (weight > 0) for (let i = 0; i < outputs.length; i++) outputs[i] += weight * candidates[c][i];
  });
  return { weights, outputs };
}
