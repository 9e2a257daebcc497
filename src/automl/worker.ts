/** A worker thread of the pool: trains what it is told, one task at a time. */
import { parentPort, workerData } from "node:worker_threads";
import { createKernels } from "../kernels/index.ts";
import {
  FINISH_EARLY,
  STOP_NOW,
  type LeaveMessage,
  type TaskMessage,
  type TaskReply,
  type WorkerInput,
} from "./pool.ts";
import { judgeOf, refit, runTrial, type TrialContext } from "./trial.ts";

/** Thrown out of a training when the run ends. */
const STOPPED = Symbol("stopped");
/** A trial is asked to finish at its limit, and ended when it has not come back after this share of it more. */
const OVERTIME = 0.1;

const { data, memory, teamSize, control, stop } = workerData as WorkerInput;
const kernels = createKernels(memory, teamSize);
const evaluator = judgeOf(data);

Atomics.store(control, 0, kernels.team.control);

parentPort?.on("message", (message: TaskMessage | LeaveMessage) => {
  // The port is what keeps this thread alive.
  if (message.kind === "leave") return void kernels.team.close().then(() => parentPort?.close());
  const reply = answer(message);
  // Not copied: with a thousand classes they are as large as the table.
  parentPort?.postMessage(reply, reply.state === "trial" ? [reply.outcome.outputs.buffer as ArrayBuffer] : []);
});

function answer(message: TaskMessage): TaskReply {
  try {
    const { seconds, secondsLeft = null } = message.kind === "trial" ? message : { seconds: null };
    const context = contextOf(seconds, secondsLeft);
    context.checkpoint();
    if (message.kind === "refit") return { state: "refit", learner: refit(data, message, context) };
    const outcome = runTrial(data, message.spec, context);
    return "learner" in outcome ? { state: "trial", outcome } : { state: "givenUp", outcome };
  } catch (error) {
    if (error === STOPPED) return { state: "stopped" };
    return { state: "failed", reason: error instanceof Error ? error.message : String(error) };
  }
}

function contextOf(seconds: number | null, secondsLeft: number | null): TrialContext {
  const started = performance.now();
  const share = (): number => (seconds === null ? 0 : (performance.now() - started) / 1000 / seconds);
  return {
    kernels,
    evaluator,
    secondsLeft,
    checkpoint: () => {
      if (Atomics.load(stop, 0) === STOP_NOW) throw STOPPED;
      if (share() > 1 + OVERTIME) throw new Error(`The trial took longer than its limit of ${seconds} s.`);
    },
    shouldFinish: (part = 1) => Atomics.load(stop, 0) === FINISH_EARLY || share() > part,
  };
}
