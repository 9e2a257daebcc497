/**
 * Ctrl-C, termination, and a reader of our output that went away (`| head`): the command's signal is aborted; a command
 * that has not ended shortly after is ended, unless it is at work on what it has to keep. A second Ctrl-C ends it at
 * once. Worker threads end with the process; files appear whole or not at all.
 */
import { constants } from "node:os";

/** Why a command was stopped; never shown as an error. */
export class Interruption extends Error {
  readonly exitCode: number;

  constructor(signal: "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGPIPE") {
    super(signal === "SIGPIPE" ? "The reader of the output went away." : `Stopped by ${signal}.`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/** Time for a command to let go of its child processes and temporary files. */
const graceMilliseconds = 1000;

export interface Interruptions {
  /** To hand to the command; aborted with an {@link Interruption}. */
  readonly signal: AbortSignal;
  /** See Invocation.untilDone. */
  readonly untilDone: <T>(task: () => Promise<T>) => Promise<T>;
}

export function watchInterruptions(): Interruptions {
  const controller = new AbortController();
  let tasks = 0;
  let timer: NodeJS.Timeout | undefined;
  const endSoon = (): void => {
    if (tasks > 0 || !(controller.signal.reason instanceof Interruption)) return;
    const { exitCode } = controller.signal.reason;
    timer = setTimeout(() => process.exit(exitCode), graceMilliseconds);
  };
  const interrupt = (interruption: Interruption): void => {
    if (controller.signal.aborted) process.exit(interruption.exitCode);
    controller.abort(interruption);
    endSoon();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => interrupt(new Interruption(signal)));
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (controller.signal.aborted) return;
      if (error.code === "EPIPE") interrupt(new Interruption("SIGPIPE"));
      else controller.abort(error);
    });
  return {
    signal: controller.signal,
    async untilDone(task) {
      tasks++;
      clearTimeout(timer);
      try {
        return await task();
      } finally {
        tasks--;
        endSoon();
      }
    },
  };
}

/** The promise's outcome, or at once the reason of the signal. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
