/** Starts, finds, changes and stops the processes of an endpoint, whoever started them: all there is to know is its folder. */
import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { siblingModule, SlipwayError } from "../../base/index.ts";
import { endpointFolder } from "../config/index.ts";
import {
  allowStart,
  askSupervisor,
  endOrphans,
  forbidStart,
  launchSupervisor,
  presenceOf,
  problemError,
  readSupervisorFile,
  signalProcess,
  supervisorExit,
  type ProcessState,
  type SupervisorFile,
} from "../supervisor/index.ts";
import type { Controller } from "./types.ts";

/** Milliseconds between two looks into the folder, while a process is about to write into it. */
const lookEvery = 10;
/** Milliseconds for a supervisor to say how it is. */
const stateTimeout = 10_000;
/** Milliseconds for a supervisor to say so once it has been started. */
const launchTimeout = 20_000;
/** Milliseconds for replicas without a supervisor to start one. */
const successionTimeout = 10_000;
/** Milliseconds in which a port gets free that processes of ours hold which are about to end. */
const portTimeout = 1_500;
/** Milliseconds for all replicas to start, one round for config.json and one for what worked last. */
const startTimeout = 130_000;
/** Milliseconds for replicas to answer what they have, and to be ended. */
const stopTimeout = 45_000;

export interface ControllerOptions {
  /** Path of the module of replicas. Default: the scoring process. */
  readonly replicaEntry?: string;
}

export function createController(options: ControllerOptions = {}): Controller {
  const { replicaEntry = fileURLToPath(siblingModule(import.meta.url, "../scorer/replica")) } = options;
  /** Starts that are under way, by folder: a stop ends them. */
  const starts = new Map<string, AbortController>();
  return {
    async ensureRunning(folder) {
      const start = new AbortController();
      starts.get(folder)?.abort(superseded());
      starts.set(folder, start);
      try {
        allowStart(folder);
        await ensureRunning(folder, replicaEntry, start.signal);
      } finally {
        if (starts.get(folder) === start) starts.delete(folder);
      }
    },
    async applyConfig(folder) {
      await ask(folder, "apply", startTimeout);
    },
    async stopEndpoint(folder) {
      starts.get(folder)?.abort(superseded());
      if (existsSync(folder)) await stopEndpoint(folder);
    },
    readState,
  };
}

function superseded(): SlipwayError {
  return new SlipwayError("SLW_ENDPOINT_STATE", "The endpoint was stopped, or started again, meanwhile.");
}

async function ensureRunning(folder: string, replicaEntry: string, signal: AbortSignal): Promise<void> {
  const until = performance.now() + startTimeout;
  const portUntil = performance.now() + portTimeout;
  let orphanedUntil = performance.now() + successionTimeout;
  while (performance.now() < until) {
    signal.throwIfAborted();
    const { supervisor, supervisors, replicas } = presenceOf(folder);
    const isSupervised = supervisors.length > 0;
    if (supervisor !== null && supervisor.socket !== null) {
      if (await isServed(supervisor, supervisor.socket)) return;
      orphanedUntil = performance.now() + successionTimeout;
    } else if (!isSupervised && replicas.length === 0) {
      const problem = await launch(folder, replicaEntry);
      if (problem !== null && (problem.code !== "SLW_ENDPOINT_PORT" || performance.now() > portUntil)) throw problem;
    } else if (!isSupervised && performance.now() > orphanedUntil) {
      // They hold the port and do nothing for a supervisor.
      await endOrphans(replicas, stateTimeout);
    } else await delay(lookEvery);
  }
  throw new SlipwayError("SLW_ENDPOINT_START", `The endpoint was not ready after ${startTimeout / 1000} s.`);
}

/**
 * @returns false where the supervisor has ended, or had to be ended
 * @throws SlipwayError with the reason, where no replica starts
 */
async function isServed(supervisor: SupervisorFile, socket: string): Promise<boolean> {
  try {
    const { phase } = await askSupervisor(socket, "state", stateTimeout);
    if (phase === "stopping") return await delay(lookEvery, false);
  } catch {
    // It hangs, or is gone. Its replicas start another.
    signalProcess(supervisor, "SIGKILL");
    return delay(lookEvery, false);
  }
  try {
    const { listeningReplicas } = await askSupervisor(socket, "started", startTimeout);
    // Without any the file may say something else by now.
    if (listeningReplicas === 0) await askSupervisor(socket, "apply", startTimeout);
    return true;
  } catch (error) {
    if (error instanceof SlipwayError) throw error;
    return delay(lookEvery, false);
  }
}

/**
 * Resolves when the new supervisor can be asked, or has found that it is not needed.
 * @returns why it cannot start, where it cannot: SLW_ENDPOINT_PORT, SLW_ENDPOINT_CONFIG
 */
async function launch(folder: string, replicaEntry: string): Promise<SlipwayError | null> {
  const child = launchSupervisor({ folder, replicaEntry, fd: null });
  const ended = endOf(child);
  const until = performance.now() + launchTimeout;
  while (performance.now() < until) {
    const code = await Promise.race([ended, delay(lookEvery, "alive" as const)]);
    if (code === supervisorExit.notNeeded || code === supervisorExit.stopped) return null;
    if (code !== "alive") return startProblem(folder, child.pid, code);
    const { supervisor } = presenceOf(folder);
    if (supervisor?.pid === child.pid && supervisor?.socket !== null) return null;
  }
  child.kill("SIGKILL");
  return new SlipwayError("SLW_ENDPOINT_START", `The supervisor did not start within ${launchTimeout / 1000} s.`);
}

function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.once("exit", (code) => resolve(code));
    child.once("error", () => resolve(null));
  });
}

function startProblem(folder: string, pid: number | undefined, code: number | null): SlipwayError {
  const file = readSupervisorFile(endpointFolder(folder));
  if (file !== null && file.pid === pid && file.problem !== null) return problemError(file.problem);
  const how = code === null ? "could not be started, or was killed" : `ended with exit code ${code}`;
  return new SlipwayError("SLW_ENDPOINT_START", `The supervisor ${how}.`);
}

async function ask(folder: string, question: "apply", milliseconds: number): Promise<void> {
  const { supervisor } = presenceOf(folder);
  const nobody = "The endpoint has no supervisor that answers.";
  if (supervisor === null || supervisor.socket === null) throw new SlipwayError("SLW_ENDPOINT_START", nobody);
  try {
    await askSupervisor(supervisor.socket, question, milliseconds);
  } catch (cause) {
    throw cause instanceof SlipwayError ? cause : new SlipwayError("SLW_ENDPOINT_START", nobody, { cause });
  }
}

async function readState(folder: string): Promise<ProcessState | null> {
  const { supervisor } = presenceOf(folder);
  if (supervisor === null || supervisor.socket === null) return null;
  return askSupervisor(supervisor.socket, "state", stateTimeout).catch(() => null);
}

/** Resolves when no process of the endpoint is left. */
async function stopEndpoint(folder: string): Promise<void> {
  forbidStart(folder);
  const until = performance.now() + stopTimeout;
  for (;;) {
    const { supervisor, supervisors, replicas } = presenceOf(folder);
    if (supervisors.length === 0 && replicas.length === 0) return;
    const left = Math.ceil(until - performance.now());
    if (left <= 0) for (const each of supervisors) signalProcess(each, "SIGKILL");
    else if (supervisor !== null && supervisor.socket !== null) {
      await askSupervisor(supervisor.socket, "stop", left).catch(() => {});
    }
    if (supervisors.length === 0) await endOrphans(replicas);
    await delay(lookEvery);
  }
}
