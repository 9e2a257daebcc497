/** What is measured: a server on a port of this machine, and the processes that it consists of. */
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { atExit } from "../harness/cleanup.ts";
import { familyOf, isAlive, killFamily } from "../harness/process-family.ts";
import type { Target } from "../load/index.ts";
import type { Wire } from "./wires.ts";

export interface ServingContender {
  readonly name: string;
  readonly wire: Wire;
  /** The labels that it must answer for the rows of bank; null: it answers with what it was sent. */
  readonly expected: readonly string[] | null;
  /** Resolves as soon as it is on its way; it need not answer yet. */
  start(): Promise<RunningServer>;
}

export interface RunningServer {
  readonly target: Target;
  /** When its start began, on the clock of performance.now(). */
  readonly startedAt: number;
  /** Brings it into the state in which it is measured, once it has given its first answer. */
  settle(): Promise<void>;
  /** Its processes as they are now. */
  pids(): number[];
  /** Those of them that score; as many as it has replicas. */
  replicaPids(): number[];
  /** How many rows it says to have kept since it settled, and to have dropped; null for one that keeps none. */
  collected(): Promise<Collected | null>;
  /** Throws what it wrote last, once it has ended by itself. */
  check(): void;
  stop(): Promise<void>;
}

export interface Collected {
  readonly rows: number;
  readonly dropped: number;
}

export const scoringKey = "bench-key-0123456789";

interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Where it may write what it prints. */
  readonly folder: string;
  /** Of its scoring requests. */
  readonly target: Target;
}

/** Milliseconds for a server to end when it is asked to. */
const grace = 10_000;

/** Starts a program that serves `target` until it is stopped. */
export function startProgram({ name, command, args, env, folder, target }: Program): RunningServer {
  const log = join(folder, `${name.replaceAll(/\W+/g, "-")}.log`);
  const file = openSync(log, "w");
  const startedAt = performance.now();
  const child = spawn(command, args, { cwd: folder, env: { ...process.env, ...env }, stdio: ["ignore", file, file] });
  closeSync(file);
  const pid = child.pid as number;
  const forget = atExit(() => killFamily(pid));
  let failure: string | null = null;
  child.on("error", (error) => void (failure = error.message));
  child.on("exit", (code, signal) => void (failure = `ended with ${signal ?? `code ${code}`}`));
  return {
    target,
    startedAt,
    settle: async () => {},
    pids: () => familyOf(pid),
    replicaPids: () => familyOf(pid),
    collected: async () => null,
    check() {
      if (failure === null) return;
      throw new Error(`${name} ${failure}:\n${readFileSync(log, "utf8").slice(-3000)}`);
    },
    async stop() {
      const family = familyOf(pid);
      child.kill("SIGTERM");
      const patience = performance.now() + grace;
      while (family.some(isAlive) && performance.now() < patience) await delay(20);
      for (const member of family.filter(isAlive)) process.kill(member, "SIGKILL");
      forget();
    },
  };
}

/** One that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export function scoringTarget(port: number, path = "/score"): Target {
  return { host: "127.0.0.1", port, path, headers: { authorization: `Bearer ${scoringKey}` } };
}
