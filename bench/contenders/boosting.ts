/** Our gradient boosting in a process of its own; bench/peers/boosting.py is its twin with LightGBM. */
import { createKernels, type Kernels } from "../../src/kernels/index.ts";
import { learnerOutputs, type Learner } from "../../src/model/index.ts";
import { readBoostingData, writeNumbers } from "../data/boosting-data.ts";
import { timedBoosting, type BoostingRequest } from "../harness/boosting.ts";
import { answerRequests } from "../harness/contender.ts";

/** Made by the first training, whose number of threads holds for all. */
let kernels: Kernels | undefined;
let data: ReturnType<typeof readBoostingData> | undefined;
let learner: Learner | undefined;

function loaded(): NonNullable<typeof data> {
  if (!data) throw new Error("nothing is loaded");
  return data;
}

/** Writes the probability of class 1 of every test row. */
function predict(path: string): object {
  if (!learner) throw new Error("nothing is trained");
  const { testFeatures, testRows } = loaded();
  const pairs = learnerOutputs(learner, testFeatures, testRows);
  writeNumbers(path, [Float64Array.from({ length: testRows }, (_, row) => pairs[2 * row + 1])]);
  return {};
}

await answerRequests({
  load: ({ folder }) => {
    data = readBoostingData(folder as string);
    return {};
  },
  train: (request) => {
    const wanted = request as unknown as BoostingRequest;
    kernels ??= createKernels(undefined, wanted.threads);
    const { learner: trained, ...seconds } = timedBoosting(kernels, loaded().train, wanted);
    learner = trained;
    return seconds;
  },
  predict: ({ path }) => predict(path as string),
});
