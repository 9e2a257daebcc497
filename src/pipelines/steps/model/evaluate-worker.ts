/** The thread of a worker that judges models on the same rows. It has a memory limit of its own, and stores nothing. */
import { parentPort, workerData } from "node:worker_threads";
import { SlipwayError } from "../../../base/index.ts";
import { packError } from "../../../data/index.ts";
import type { EvaluationInput, FromEvaluation, Judgement } from "./evaluate-messages.ts";
import { judgeModel } from "./judge-model.ts";

const port = parentPort;
if (port === null) throw new Error("This module is a worker thread.");

try {
  tell({ type: "judged", judgements: await judgeAll(workerData as EvaluationInput) });
} catch (error) {
  tell({ type: "failed", error: packError(error) });
}
// The port would keep the thread.
port.close();

async function judgeAll(input: EvaluationInput): Promise<Judgement[]> {
  const judgements: Judgement[] = [];
  for (const [index, model] of input.models.entries()) {
    try {
      judgements.push(await judgeModel(input, model, index));
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      const { code, message, fix, details } = error;
      const what = `${model.label} cannot be judged on ${input.table.name}`;
      throw new SlipwayError(code, `${what}: ${message}`, { fix, details });
    }
  }
  return judgements;
}

function tell(message: FromEvaluation): void {
  port?.postMessage(message);
}
