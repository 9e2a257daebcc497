/** A worker thread of the pool: trains what it is told, one task at a time. */
import { parentPort, workerData } from "node:worker_threads";
import { createKernels } from "../kernels/index.ts";
import { FINISH_EARLY, STOP_NOW, type TaskMessage, type TaskReply, type WorkerInput } from "./pool.ts";
import { refit, runTrial } from "./trial.ts";

/** Thrown out of a training when the run ends. */
const STOPPED = Symbol("stopped");

const { data, memory, teamSize, stop } = workerData as WorkerInput;
const context = {
  kernels: createKernels(memory, teamSize),
  checkpoint: () => {
    if (Atomics.load(stop, 0) === STOP_NOW) throw STOPPED;
  },
  shouldFinish: () => Atomics.load(stop, 0) === FINISH_EARLY,
};

parentPort?.on("message", (message: TaskMessage) => {
  parentPort?.postMessage(answer(message));
});

function answer(message: TaskMessage): TaskReply {
  try {
    context.checkpoint();
    if (message.kind === "trial") return { state: "trial", outcome: runTrial(data, message.spec, context) };
    return { state: "refit", learner: refit(data, message.spec, message.rounds, context) };
  } catch (error) {
    if (error === STOPPED) return { state: "stopped" };
    return { state: "failed", reason: error instanceof Error ? error.message : String(error) };
  }
}
