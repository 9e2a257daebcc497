/**
 * Files of datasets are read in short-lived processes: what a table takes of memory goes away with its process, and the
 * server neither waits for it nor dies of it. Few run at once; the others wait in order.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SlipwayError, siblingModule } from "../../../base/index.ts";
import { unpackError, type PackedError } from "../../pack-error.ts";
import type { TableFile, TaskName, TableTasks } from "./tasks.ts";

export interface TableProcessOptions {
  /** For files on their way: made where it is absent; what dead processes left in it is removed. */
  readonly temporaryFolder: string;
  /** Bytes of resident memory after which a process is ended. Default: three quarters of the machine's. */
  readonly memoryLimit?: number;
}

export interface TableProcesses {
  /**
   * Runs a task in a process of its own; aborting ends it.
   * @throws SLW_DATA_*, and SLW_DATASET_* of the steps
   */
  run<Name extends TaskName>(
    task: Name,
    input: TableTasks[Name]["input"],
    signal?: AbortSignal,
  ): Promise<TableTasks[Name]["result"]>;
  /** A folder for the time of `work`, which nobody else can read. */
  withFolder<T>(work: (folder: string) => Promise<T>): Promise<T>;
}

/** Tasks whose answer somebody looks at run beside the longer ones, so that a large file does not hold up a preview. */
const quickTasks: ReadonlySet<TaskName> = new Set<TaskName>(["rows"]);
/** Milliseconds between looks at a process's memory. */
const memoryInterval = 200;

export function createTableProcesses(options: TableProcessOptions): TableProcesses {
  const { temporaryFolder, memoryLimit = 0.75 * machineMemory() } = options;
  mkdirSync(temporaryFolder, { recursive: true, mode: 0o700 });
  removeLeftovers(temporaryFolder);
  const quick = createQueue();
  const long = createQueue();
  return {
    run(task, input, signal) {
      const queue = quickTasks.has(task) ? quick : long;
      return queue(() => runTask(task, input, { memoryLimit, ...(signal && { signal }) }));
    },
    async withFolder(work) {
      const folder = await mkdtemp(join(temporaryFolder, `${process.pid}-`));
      try {
        return await work(folder);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

function machineMemory(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

/** A folder's name begins with the process that made it. */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = Number(/^(\d+)-/.exec(name)?.[1] ?? NaN);
    if (Number.isInteger(pid) && !isAlive(pid)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** One at a time, in the order of the calls. */
function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
}

interface RunOptions {
  readonly memoryLimit: number;
  readonly signal?: AbortSignal;
}

async function runTask<Name extends TaskName>(
  task: Name,
  input: TableTasks[Name]["input"],
  { memoryLimit, signal }: RunOptions,
): Promise<TableTasks[Name]["result"]> {
  const files = filesOf(input);
  const names = files.map(({ name }) => name).join(" and ");
  if (signal?.aborted) throw aborted(names);
  const child = spawn(process.execPath, [fileURLToPath(siblingModule(import.meta.url, "table-process"))], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  const stop = (): void => void child.kill("SIGKILL");
  signal?.addEventListener("abort", stop, { once: true });
  const memory = watchMemory(child, memoryLimit);
  try {
    const { text, end, complaint } = await converse(child, `${JSON.stringify({ task, input })}\n`);
    if (signal?.aborted) throw aborted(names);
    if (memory.exceeded()) throw tooLarge(names, memoryLimit);
    return readAnswer(text, files, () => ended(names, end, complaint)) as TableTasks[Name]["result"];
  } finally {
    signal?.removeEventListener("abort", stop);
    memory.stop();
    stop();
  }
}

function filesOf(input: TableTasks[TaskName]["input"]): TableFile[] {
  return "file" in input ? [input.file] : [input.baseline, input.target];
}

interface Conversation {
  /** All of standard output. */
  readonly text: string;
  /** How the process ended. */
  readonly end: string;
  /** The end of standard error. */
  readonly complaint: string;
}

function converse(child: ChildProcess, request: string): Promise<Conversation> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let complaint = "";
    child.stdout!.on("data", (bytes: Buffer) => chunks.push(bytes));
    child.stderr!.on("data", (bytes: Buffer) => (complaint = (complaint + bytes.toString()).slice(-2000)));
    child.stdin!.on("error", () => undefined); // A process that died early is reported by "close".
    child.once("error", reject);
    child.once("close", (code, signal) => {
      const end = signal ? `signal ${signal}` : `exit code ${code}`;
      resolve({ text: Buffer.concat(chunks).toString("utf8"), end, complaint });
    });
    child.stdin!.write(request);
  });
}

function readAnswer(text: string, files: readonly TableFile[], onNone: () => SlipwayError): unknown {
  let answer: { readonly result: unknown } | { readonly error: PackedError };
  try {
    answer = JSON.parse(text) as typeof answer;
  } catch {
    throw onNone();
  }
  if ("result" in answer) return answer.result;
  throw renamed(answer.error, files);
}

/** Readers name the file by its path, which is none of the user's business: they know it by its name. */
function renamed(packed: PackedError, files: readonly TableFile[]): SlipwayError {
  const rename = (text: string): string => files.reduce((all, { path, name }) => all.replaceAll(path, name), text);
  const details = JSON.parse(JSON.stringify(packed.details ?? {}), (_key, value: unknown) =>
    typeof value === "string" ? rename(value) : value,
  ) as Record<string, unknown>;
  const plain = { ...packed, message: rename(packed.message), details };
  return unpackError(plain, files.map(({ name }) => name).join(" and "));
}

/** Linux only: elsewhere the machine's own limits hold. */
function watchMemory(child: ChildProcess, limit: number): { exceeded(): boolean; stop(): void } {
  let exceeded = false;
  const status = `/proc/${child.pid}/status`;
  if (!existsSync(status)) return { exceeded: () => false, stop: () => {} };
  const timer = setInterval(() => {
    readFile(status, "utf8").then(
      (text) => {
        const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(text)?.[1] ?? 0);
        exceeded ||= kilobytes * 1024 > limit;
        return exceeded && child.kill("SIGKILL");
      },
      () => undefined, // It has ended.
    );
  }, memoryInterval);
  return { exceeded: () => exceeded, stop: () => clearInterval(timer) };
}

function aborted(names: string): SlipwayError {
  return new SlipwayError("SLW_DATA_ABORTED", `The reading of ${names} was stopped.`, { details: { file: names } });
}

function tooLarge(names: string, limit: number): SlipwayError {
  const megabytes = Math.round(limit / 2 ** 20);
  return new SlipwayError(
    "SLW_DATA_TOO_LARGE",
    `${names} needs more than the ${megabytes} MB of memory that reading may take.`,
    {
      details: { file: names, limit },
    },
  );
}

function ended(names: string, how: string, complaint: string): SlipwayError {
  const said = complaint.trim().split("\n").slice(-3).join(" ");
  return new SlipwayError(
    "SLW_DATA_READER_DIED",
    `The process that read ${names} ended early (${how})${said ? `: ${said}` : ""}.`,
    { details: { file: names, how } },
  );
}
