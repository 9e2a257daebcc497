/**
 * Runs tasks in processes of their own. One that has ended its task and is small waits a while for the next: the start
 * of a process, and of DuckDB in it, takes longer than a small step.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { getCompileCacheDir } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { SlipwayError, siblingModule } from "../../../base/index.ts";
import { unpackError, type PackedError } from "../../../data/index.ts";
import type { DataFile, DataRequest, DataTask, DataTasks } from "./messages.ts";

export interface DataTaskOptions {
  /** Aborting ends the process. */
  readonly signal: AbortSignal;
  /** Bytes of resident memory after which the process is ended. */
  readonly memoryLimit: number;
  /** Told what is being done. */
  readonly onProgress?: (progress: string) => void;
}

/** Milliseconds that a process waits for another task. */
const idleMilliseconds = 10_000;
/** Bytes of resident memory beyond which a process is not asked again. */
const mostIdleMemory = 384 * 2 ** 20;
/** Milliseconds between looks at a process's memory. */
const memoryInterval = 200;

/** The one that waits. */
let idle: DataProcess | null = null;

/**
 * @throws what the task throws; the reason of the signal where it is aborted; SLW_DATA_TOO_LARGE beyond the memory;
 * SLW_DATA_READER_DIED
 */
export async function runDataTask<Task extends DataTask>(
  task: Task,
  input: DataTasks[Task]["input"],
  { signal, memoryLimit, onProgress }: DataTaskOptions,
): Promise<DataTasks[Task]["result"]> {
  signal.throwIfAborted();
  const request = { task, input } as DataRequest;
  const files = filesOf(request);
  const data = idle ?? startProcess();
  const waited = data === idle;
  idle = null;
  data.take();
  const stop = (): void => data.end();
  signal.addEventListener("abort", stop, { once: true });
  const memory = watchMemory(data, memoryLimit);
  let begun = false;
  try {
    const answer = await data.ask(request, (progress) => {
      begun = true;
      onProgress?.(progress);
    });
    signal.throwIfAborted();
    if (memory.exceeded()) throw tooLarge(files, memoryLimit);
    if (answer !== null) {
      if (answer.memory <= mostIdleMemory) keep(data);
      if ("error" in answer) throw renamed(answer.error, files);
      return answer.result as DataTasks[Task]["result"];
    }
    if (!waited || begun) throw died(files, data.complaint());
  } finally {
    signal.removeEventListener("abort", stop);
    memory.stop();
    if (idle !== data) data.end();
  }
  // It had gone while it waited.
  return runDataTask(task, input, { signal, memoryLimit, ...(onProgress && { onProgress }) });
}

function keep(data: DataProcess): void {
  if (idle !== null) return;
  idle = data;
  data.wait(() => {
    if (idle === data) idle = null;
    data.end();
  });
}

type Answer = ({ readonly result: unknown } | { readonly error: PackedError }) & { readonly memory: number };

interface DataProcess {
  readonly pid: number;
  /** @returns null where the process ended before it answered */
  ask(request: DataRequest, onProgress: (progress: string) => void): Promise<Answer | null>;
  /** How it ended, and the last of what it wrote to standard error. */
  complaint(): string;
  /** It is wanted: it keeps the caller's process alive again. */
  take(): void;
  /** It waits, which keeps nobody alive. @param onEnd called when it has waited for long, or is gone */
  wait(onEnd: () => void): void;
  end(): void;
}

function startProcess(): DataProcess {
  const module = fileURLToPath(siblingModule(import.meta.url, "data-process"));
  const child = spawn(process.execPath, [module, String(process.pid)], {
    stdio: ["pipe", "pipe", "pipe"],
    cwd: tmpdir(),
    env: environment(),
  });
  let complaint = "";
  let how = "";
  let onLine: (line: string) => void = () => {};
  let onClose: () => void = () => {};
  let timer: NodeJS.Timeout | undefined;
  child.stdin.on("error", () => undefined); // A process that died early is reported by "close".
  child.stderr.on("data", (bytes: Buffer) => (complaint = (complaint + bytes.toString()).slice(-2000)));
  createInterface({ input: child.stdout }).on("line", (line) => onLine(line));
  child.once("error", (error) => {
    how = error.message;
    onClose();
  });
  child.once("close", (code, by) => {
    how = by === null ? `exit code ${code}` : `signal ${by}`;
    onClose();
  });
  return {
    pid: child.pid ?? -1,
    ask: (request, onProgress) =>
      new Promise((resolve) => {
        onClose = () => resolve(null);
        if (how !== "") return onClose();
        onLine = (line) => {
          const said = readLine(line);
          if (said === null) child.kill("SIGKILL");
          else if ("progress" in said) onProgress(said.progress);
          else resolve(said);
        };
        child.stdin.write(`${JSON.stringify(request)}\n`);
      }),
    complaint: () => [how, complaint.trim().split("\n").slice(-3).join(" ")].filter(Boolean).join(": "),
    take() {
      clearTimeout(timer);
      setReferenced(child, true);
    },
    wait(onEnd) {
      onClose = onEnd;
      setReferenced(child, false);
      timer = setTimeout(onEnd, idleMilliseconds).unref();
    },
    end: () => void child.kill("SIGKILL"),
  };
}

/** Null for what the process does not write: then something is wrong with it. */
function readLine(line: string): Answer | { readonly progress: string } | null {
  try {
    return JSON.parse(line) as Answer | { readonly progress: string };
  } catch {
    return null;
  }
}

/** Does the child keep this process alive? */
function setReferenced(child: ChildProcess, referenced: boolean): void {
  const streams = [child.stdin, child.stdout, child.stderr] as unknown as { ref?(): void; unref?(): void }[];
  for (const handle of [child, ...streams]) referenced ? handle.ref?.() : handle.unref?.();
}

/** Queries of users run there: of the environment it gets only where compiled code is kept. */
function environment(): NodeJS.ProcessEnv {
  const cache = process.env["NODE_COMPILE_CACHE"] ?? getCompileCacheDir() ?? join(tmpdir(), "node-compile-cache");
  return { NODE_COMPILE_CACHE: cache, TZ: "UTC" };
}

function filesOf({ task, input }: DataRequest): DataFile[] {
  if (task === "inspect") return [input.file];
  if (task === "transform") return Object.values(input.tables);
  const references = input.checks.flatMap((check) => (check.check === "distribution" ? [check.reference.file] : []));
  return [input.file, ...references];
}

/** Readers name the file by its path, which is none of the user's business: they know it by its name. */
function renamed(packed: PackedError, files: readonly DataFile[]): SlipwayError {
  const rename = (text: string): string => files.reduce((all, { path, name }) => all.replaceAll(path, name), text);
  const details = JSON.parse(rename(JSON.stringify(packed.details ?? {}))) as Record<string, unknown>;
  return unpackError({ ...packed, message: rename(packed.message), details }, namesOf(files));
}

const namesOf = (files: readonly DataFile[]): string => files.map(({ name }) => name).join(" and ");

/** Linux only: elsewhere the machine's own limits hold. */
function watchMemory(data: DataProcess, limit: number): { exceeded(): boolean; stop(): void } {
  let exceeded = false;
  const status = `/proc/${data.pid}/status`;
  if (!existsSync(status)) return { exceeded: () => false, stop: () => {} };
  const timer = setInterval(() => {
    readFile(status, "utf8").then(
      (text) => {
        exceeded ||= Number(/^VmRSS:\s+(\d+)/m.exec(text)?.[1] ?? 0) * 1024 > limit;
        return exceeded && data.end();
      },
      () => undefined, // It has ended.
    );
  }, memoryInterval);
  return { exceeded: () => exceeded, stop: () => clearInterval(timer) };
}

function tooLarge(files: readonly DataFile[], limit: number): SlipwayError {
  const megabytes = Math.round(limit / 2 ** 20);
  const names = namesOf(files);
  return new SlipwayError(
    "SLW_DATA_TOO_LARGE",
    `${names} needs more than the ${megabytes} MB that the step may take.`,
    {
      fix: "Give the step more memory (resources.memory), or less data.",
      details: { files: names, limit },
    },
  );
}

function died(files: readonly DataFile[], how: string): SlipwayError {
  const names = namesOf(files);
  return new SlipwayError("SLW_DATA_READER_DIED", `The process that worked on ${names} ended early (${how}).`, {
    details: { files: names, how },
  });
}
