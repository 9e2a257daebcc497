/** Which model is chosen, from outputs made by hand. */
import { describe, expect, it } from "vitest";
import { createRandom } from "../../base/index.ts";
import { createEvaluator } from "../evaluate.ts";
import { resolveOptions } from "../resolve-options.ts";
import type { FinishedTrial } from "../search/settle.ts";
import { madeDataset } from "../test-dataset.ts";
import { createValidation } from "../validation.ts";
import { selectModel, type Choice } from "./select-model.ts";

const data = madeDataset(900, 0, 1);
const { folds } = createValidation("cv:3", data, 1);
const metric = "normalized_root_mean_squared_error";
const evaluator = createEvaluator(metric, data, folds);
const truth = Float64Array.from(folds.flatMap(({ valid }) => Array.from(valid, (row) => data.target[row])));

function trialOf(number: number, outputs: Float64Array, algorithm = "GradientBoosting", micros = 10): FinishedTrial {
  const loss = evaluator.loss(outputs);
  const learner = {} as FinishedTrial["outcome"]["learner"];
  const entry = {
    trial: number,
    name: algorithm,
    value: loss,
    metrics: {},
    trainSeconds: 1,
    predictMicrosPerRow: micros,
    params: {},
  };
  const outcome = {
    outputs,
    learner,
    firstRounds: 1,
    rounds: 1,
    rungLoss: loss,
    trainSeconds: 1,
    predictMicrosPerRow: micros,
    value: loss,
    loss,
    metrics: {},
  };
  const spec = { number, algorithm, params: {}, seed: 1, giveUpAbove: Infinity };
  return { spec, outcome, entry, loss };
}

/** Truth with noise of its own. */
function noisy(number: number, noise: number, micros = 10): FinishedTrial {
  const random = createRandom(1, number);
  return trialOf(
    number,
    truth.map((value) => value + noise * random.normal()),
    "GradientBoosting",
    micros,
  );
}

function choose(trials: readonly FinishedTrial[], options: Parameters<typeof resolveOptions>[0]): Choice {
  const best = trials.toSorted((a, b) => a.loss - b.loss);
  return selectModel({ trials: best, data, folds, metric, evaluator, options: resolveOptions(options) });
}

const numbers = ({ members }: Choice): number[] => members.map(({ trial }) => trial.spec.number).sort();
const equal = Array.from({ length: 6 }, (_, i) => noisy(i, 1));

describe("selectModel", () => {
  it("votes where models err independently, and the vote is better than each", () => {
    const choice = choose(equal, { target: "y", stackEnsemble: false });
    expect(choice.combination).toEqual({ kind: "vote" });
    expect(numbers(choice)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(choice.members.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(evaluator.loss(choice.outputs)).toBeLessThan(0.6 * Math.min(...equal.map(({ loss }) => loss)));
  });

  it("takes the best alone where the others only repeat it with noise", () => {
    const random = createRandom(9);
    const best = noisy(0, 0.5);
    const worse = [1, 2, 3].map((number) =>
      trialOf(
        number,
        best.outcome.outputs.map((value) => value + random.normal()),
      ),
    );
    expect(numbers(choose([best, ...worse], { target: "y", stackEnsemble: false }))).toEqual([0]);
  });

  it("stacks where all members say too little", () => {
    const timid = [0, 1, 2].map((number) => {
      const random = createRandom(2, number);
      return trialOf(
        number,
        truth.map((value) => 0.3 * value + 0.1 * random.normal()),
      );
    });
    const choice = choose(timid, { target: "y" });
    expect(choice.combination.kind).toBe("stack");
    expect(evaluator.loss(choice.outputs)).toBeLessThan(0.5 * Math.min(...timid.map(({ loss }) => loss)));
    expect(choose(timid, { target: "y", stackEnsemble: false }).combination.kind).toBe("vote");
  });

  it("takes the best alone where neither vote nor stack is wanted", () => {
    const choice = choose(equal, { target: "y", stackEnsemble: false, votingEnsemble: false });
    expect(choice.members).toHaveLength(1);
  });

  it("keeps a vote within the prediction time limit", () => {
    const choice = choose(equal, { target: "y", stackEnsemble: false, predictionTimeLimit: 35 });
    expect(choice.members).toHaveLength(3);
    expect(choice.members.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
  });
});
