/**
 * Ctrl-C, termination, and a reader of our output that went away (`| head`): the command's signal is aborted; a command
 * that has not ended shortly after is ended. Worker threads end with the process; files appear whole or not at all.
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

/** @returns the signal to hand to the command; aborted with an {@link Interruption} */
export function watchInterruptions(): AbortSignal {
  const controller = new AbortController();
  const interrupt = (interruption: Interruption): void => {
    if (controller.signal.aborted) process.exit(interruption.exitCode);
    controller.abort(interruption);
    setTimeout(() => process.exit(interruption.exitCode), graceMilliseconds);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => interrupt(new Interruption(signal)));
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (controller.signal.aborted) return;
      if (error.code === "EPIPE") interrupt(new Interruption("SIGPIPE"));
      else controller.abort(error);
    });
  return controller.signal;
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
