/** A worker process, from the side of the server that starts it. */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Log } from "../base/index.ts";
import { memoryExitCode, outOfMemory, type FromWorker, type ToWorker, type WorkerConfig } from "./messages.ts";
import type { TargetWorker } from "./target.ts";
import type { WorkerEnd } from "./types.ts";

export type WorkerState = "starting" | "idle" | "busy" | "stopping";

export interface WorkerStatus {
  readonly state: WorkerState;
  /** performance.now() of the last change of the state. */
  readonly since: number;
  /** What it is at work on. */
  readonly runId: string | null;
  /** Was it told to look at the queue, and has not answered yet? */
  readonly asked: boolean;
}

export interface WorkerProcess extends TargetWorker {
  readonly pid: number;
  /** Now: it changes. */
  readonly status: WorkerStatus;
  /** Resolves when the process is gone. */
  readonly ended: Promise<WorkerEnd>;
  /** Has it look at the queue now. */
  claim(): void;
  /** Ends it when it has no job. */
  stop(): void;
}

export interface WorkerProcessOptions {
  /** Module that calls runWorker. */
  readonly entry: URL;
  readonly config: WorkerConfig;
  readonly log: Log;
  /** Called after each change of the state but the end. */
  readonly onChange: () => void;
  /** Called when the worker has begun a job and others may be able to begin one as well. */
  readonly onMore: () => void;
}

export function startWorkerProcess({ entry, config, log, onChange, onMore }: WorkerProcessOptions): WorkerProcess {
  const child = fork(entry, [], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    execArgv: process.execArgv.filter((argument) => !argument.startsWith("--inspect")),
  });
  const tell = (message: ToWorker): void => {
    if (child.connected) child.send(message, () => {});
  };
  const lastLines: string[] = [];
  if (child.stdout) passOn(child.stdout, log, lastLines);
  if (child.stderr) passOn(child.stderr, log, lastLines);
  const status = newStatus(config);
  child.on("message", (message: FromWorker) => {
    const before = status.state;
    hear(status, message);
    if (message.type === "began" && (before === "idle" || message.freed)) onMore();
    if (status.state === before) return;
    status.since = performance.now();
    onChange();
  });
  const ended = endOf(child).then(({ code, signal }): WorkerEnd => {
    const known = status.said ?? explain(code, signal, status, lastLines);
    return { exitCode: code, signal, ...known };
  });
  tell({ type: "start", config });
  return {
    id: config.id,
    pid: child.pid ?? -1,
    status,
    get runId() {
      return status.runId;
    },
    ended,
    look: () => tell({ type: "look" }),
    claim() {
      status.asked = true;
      tell({ type: "claim" });
    },
    stop() {
      status.state = "stopping";
      // Should it have taken a job in the same moment.
      status.said = { reason: "was stopped", consequence: "requeue" };
      tell({ type: "stop" });
    },
    kill(end) {
      status.said ??= end ?? null;
      child.kill("SIGKILL");
    },
  };
}

interface Status extends WorkerStatus {
  state: WorkerState;
  since: number;
  runId: string | null;
  asked: boolean;
  /** How much there is to compute, in words. */
  extent: string;
  /** Bytes that it may use. */
  memoryLimit: number;
  /** What is known of its end before it has ended. */
  said: Pick<WorkerEnd, "reason" | "consequence"> | null;
}

function newStatus({ memoryLimit }: WorkerConfig): Status {
  const since = performance.now();
  return { state: "starting", since, runId: null, asked: false, extent: "", memoryLimit, said: null };
}

function hear(status: Status, message: FromWorker): void {
  const { state } = status;
  switch (message.type) {
    case "ready":
      if (state === "starting") status.state = "idle";
      break;
    case "began":
      status.runId = message.runId;
      status.extent = message.extent;
      status.memoryLimit = message.memoryLimit;
      status.asked = false;
      if (state !== "stopping") status.state = "busy";
      break;
    case "idle":
      status.runId = null;
      status.asked = false;
      if (state !== "stopping") status.state = "idle";
      break;
    case "memory":
      status.said = { reason: outOfMemory(status.memoryLimit, status.extent), consequence: "fail" };
  }
}

async function endOf(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  try {
    const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    return { code, signal };
  } catch {
    // It could not be started at all.
    return { code: null, signal: null };
  }
}

/** V8 says so before it aborts. */
const heapExhausted = /heap out of memory|Allocation failed/;

function explain(
  code: number | null,
  signal: NodeJS.Signals | null,
  { memoryLimit, extent }: Pick<Status, "memoryLimit" | "extent">,
  lastLines: readonly string[],
): Pick<WorkerEnd, "reason" | "consequence"> {
  if (code === memoryExitCode || lastLines.some((line) => heapExhausted.test(line))) {
    return { reason: outOfMemory(memoryLimit, extent), consequence: "fail" };
  }
  if (signal === "SIGKILL") {
    return { reason: "was ended by SIGKILL, sent by hand or by a system short of memory", consequence: "retry" };
  }
  if (signal !== null) return { reason: `was ended by ${signal}`, consequence: "retry" };
  const last = lastLines.at(-1);
  return {
    reason: `ended with exit code ${code}${last === undefined ? "" : `: ${last.slice(0, 500)}`}`,
    consequence: "retry",
  };
}

const keptLines = 20;

/** A worker's log becomes part of the server's; what else it prints is kept for the case that it dies of it. */
function passOn(stream: Readable, log: Log, lastLines: string[]): void {
  createInterface({ input: stream }).on("line", (line) => {
    const entry = parseLogLine(line);
    if (entry !== null) return log[entry.level](entry.fields, entry.message);
    log.warn({ line }, "a worker printed");
    lastLines.push(line);
    if (lastLines.length > keptLines) lastLines.shift();
  });
}

function parseLogLine(
  line: string,
): { level: "debug" | "info" | "warn" | "error"; message: string; fields: object } | null {
  try {
    const { level, msg, time: _time, ...fields } = JSON.parse(line) as Record<string, unknown>;
    if (level !== "debug" && level !== "info" && level !== "warn" && level !== "error") return null;
    return { level, message: String(msg), fields };
  } catch {
    return null;
  }
}
