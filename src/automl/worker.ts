/** A worker thread of the pool: trains what it is told, one task at a time. */
import { parentPort, workerData } from "node:worker_threads";
import { createKernels } from "../kernels/index.ts";
import { FINISH_EARLY, STOP_NOW, type TaskMessage, type TaskReply, type WorkerInput } from "./pool.ts";
import { judgeOf, refit, runTrial, type TrialContext } from "./trial.ts";

/** Thrown out of a training when the run ends. */
const STOPPED = Symbol("stopped");
/** A trial is asked to finish at its limit, and ended when it has not come back after this share of it more. */
const OVERTIME = 0.1;

const { data, memory, teamSize, stop } = workerData as WorkerInput;
const kernels = createKernels(memory, teamSize);
const evaluator = judgeOf(data);

parentPort?.on("message", (message: TaskMessage) => {
  const reply = answer(message);
  // Not copied: with a thousand classes they are as large as the table.
  parentPort?.postMessage(reply, reply.state === "trial" ? [reply.outcome.outputs.buffer as ArrayBuffer] : []);
});

function answer(message: TaskMessage): TaskReply {
  try {
    const context = contextOf(message.kind === "trial" ? message.seconds : null);
    context.checkpoint();
    if (message.kind === "refit") return { state: "refit", learner: refit(data, message, context) };
    const outcome = runTrial(data, message.spec, context);
    return "learner" in outcome ? { state: "trial", outcome } : { state: "givenUp", outcome };
  } catch (error) {
    if (error === STOPPED) return { state: "stopped" };
    return { state: "failed", reason: error instanceof Error ? error.message : String(error) };
  }
}

function contextOf(seconds: number | null): TrialContext {
  const started = performance.now();
  const share = (): number => (seconds === null ? 0 : (performance.now() - started) / 1000 / seconds);
  return {
    kernels,
    evaluator,
    checkpoint: () => {
      if (Atomics.load(stop, 0) === STOP_NOW) throw STOPPED;
      if (share() > 1 + OVERTIME) throw new Error(`The trial took longer than its limit of ${seconds} s.`);
    },
    shouldFinish: (part = 1) => Atomics.load(stop, 0) === FINISH_EARLY || share() > part,
  };
}
