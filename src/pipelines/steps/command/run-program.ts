/** The program of a step, from its start to the end of the last of its processes. */
import { spawn, type ChildProcess } from "node:child_process";
import { SlipwayError } from "../../../base/index.ts";
import { confine, type ConfinedProgram, type Confinement } from "./confinement.ts";
import {
  childrenCpuSeconds,
  endAll,
  memoryOf,
  processesAtHome,
  processesOf,
  processesSince,
  processTree,
  sendSignal,
} from "./processes.ts";
import type { StepLog } from "./step-log.ts";
import type { CommandUsage } from "./task.ts";

/** Milliseconds between two looks at the memory in use. */
const lookMilliseconds = 250;
/** Milliseconds that a program has to end after SIGTERM. */
const patience = 10_000;
/** Milliseconds after which a step is not one of the many small ones, and all processes are looked through at its end. */
const short = 1_000;

export interface ProgramRun extends ConfinedProgram {
  readonly confinement: Confinement;
  readonly log: StepLog;
  /** Aborted when somebody cancels the run. */
  readonly signal: AbortSignal;
  readonly timeoutSeconds: number;
  /** Bytes of memory for all its processes. */
  readonly memoryLimit: number;
}

export interface ProgramEnd {
  readonly usage: CommandUsage;
  /** Why we ended it; null where it ended by itself. */
  readonly stopped: "cancelled" | "timeout" | "memory" | null;
}

/** @throws SLW_STEP_COMMAND where it cannot be started */
export async function runProgram(run: ProgramRun): Promise<ProgramEnd> {
  const { file, args, env } = confine(run.confinement, run);
  const user = run.confinement.kind === "user" ? run.confinement.user : {};
  const before = childrenCpuSeconds();
  const began = performance.now();
  const child = spawn(file, args, {
    cwd: `${run.folder}/code`,
    env,
    // A session of its own: what goes to the worker's terminal does not go to it.
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
    ...user,
  });
  const ended = endOf(child);
  const pid = await started(child, run.argv);
  readOutput(child, run.log);
  const watch = watchProgram(pid, run);
  const { code, signal } = await ended;
  watch.end();
  endStragglers(pid, run, performance.now() - began);
  await outputEnd(child);
  const after = childrenCpuSeconds();
  const cpuSeconds = before === null || after === null ? null : Math.max(0, after - before);
  return {
    usage: { exitCode: code, exitSignal: signal, cpuSeconds, peakMemory: watch.peakMemory },
    stopped: watch.stopped,
  };
}

function endOf(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
}

function started(child: ChildProcess, argv: readonly string[]): Promise<number> {
  const { pid } = child;
  return new Promise((resolve, reject) => {
    child.once("error", (cause) => {
      const { message } = cause;
      reject(new SlipwayError("SLW_STEP_COMMAND", `"${argv[0]}" could not be started: ${message}`, { cause }));
    });
    if (pid !== undefined) resolve(pid);
  });
}

/** What it writes faster than it can be stored, it waits for. */
function readOutput({ stdout }: ChildProcess, log: StepLog): void {
  stdout?.on("data", (chunk: Buffer) => {
    log.write(chunk);
    const room = log.room();
    if (room === null) return;
    stdout.pause();
    void room.finally(() => stdout.resume());
  });
}

/** All that it wrote has been read; a process that we do not know of may hold its output open. */
async function outputEnd({ stdout }: ChildProcess): Promise<void> {
  if (stdout === null || stdout.closed) return;
  const closed = new Promise<void>((resolve) => {
    stdout.once("close", () => resolve());
  });
  const patience = setTimeout(() => stdout.destroy(), 5_000);
  await closed;
  clearTimeout(patience);
}

interface Watch {
  readonly peakMemory: number | null;
  readonly stopped: ProgramEnd["stopped"];
  end(): void;
}

/** Ends the program when it is cancelled, out of time, or out of memory. */
function watchProgram(pid: number, { confinement, signal, timeoutSeconds, memoryLimit }: ProgramRun): Watch {
  const watch = { peakMemory: null as number | null, stopped: null as ProgramEnd["stopped"], end };
  let hard: NodeJS.Timeout | undefined;
  const stop = (why: NonNullable<ProgramEnd["stopped"]>): void => {
    if (watch.stopped !== null) return;
    watch.stopped = why;
    if (why === "memory") return sendSignal(-pid, "SIGKILL");
    sendSignal(-pid, "SIGTERM");
    hard = setTimeout(() => sendSignal(-pid, "SIGKILL"), patience);
  };
  const onAbort = (): void => stop("cancelled");
  const timer = setTimeout(() => stop("timeout"), Math.min(timeoutSeconds * 1000, 2 ** 31 - 1));
  let look = 0;
  const looks = setInterval(() => {
    // Now and then also those whose parents have ended.
    const all = confinement.kind === "user" && ++look % 8 === 0;
    const used = memoryOf(all ? processesOf(confinement.user.uid) : processTree(pid));
    watch.peakMemory = Math.max(watch.peakMemory ?? 0, used);
    if (used > memoryLimit) stop("memory");
  }, lookMilliseconds);
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  function end(): void {
    clearTimeout(timer);
    clearTimeout(hard);
    clearInterval(looks);
    signal.removeEventListener("abort", onAbort);
  }
  return watch;
}

/** A step ends with its program: what it left in the background ends too. */
function endStragglers(pid: number, { confinement, folder }: ProgramRun, milliseconds: number): void {
  sendSignal(-pid, "SIGKILL");
  if (process.platform !== "linux" || confinement.kind === "namespace") return;
  const among = (): readonly number[] | undefined => (milliseconds < short ? processesSince(pid) : undefined);
  if (confinement.kind === "user") {
    const { uid } = confinement.user;
    endAll(() => processesOf(uid, among()));
  } else endAll(() => processesAtHome(folder, among()));
}
