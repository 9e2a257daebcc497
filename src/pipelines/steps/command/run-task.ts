/**
 * The life of a command step on a machine, the server's or a remote worker's:
 * 1. a folder of its own, with its code and inputs as they were submitted,
 * 2. its environment, made where this machine does not have it yet,
 * 3. its program, confined, until the last of its processes has ended,
 * 4. its outputs, looked through and handed over,
 * 5. the folder is removed, whatever happened.
 */
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { SlipwayError } from "../../../base/index.ts";
import { findOutput, outputPlaces, type FoundOutput } from "./collect-outputs.ts";
import type { ConfinedProgram } from "./confinement.ts";
import { timeoutOf } from "./describe-task.ts";
import type { CommandPlaces } from "../../../definition/index.ts";
import { fillCommand } from "./fill-places.ts";
import type { WrittenOutput } from "./keep-outputs.ts";
import { placeCode, placeInputs } from "./place-files.ts";
import { prepareEnvironment } from "./prepare-environment.ts";
import { runProgram, type ProgramEnd } from "./run-program.ts";
import { createStepLog, type StepLog } from "./step-log.ts";
import { watchSharedFolders } from "./shared-folders.ts";
import { makeStepFolder, openStepsFolder, removeStepFolder, viewOf, workOf, type StepsFolder } from "./steps-folder.ts";
import type { CommandTask, CommandUsage, StepFiles } from "./task.ts";
import { variablesOf } from "./variables.ts";

export interface TaskRun {
  readonly task: CommandTask;
  readonly files: StepFiles;
  /** Aborted when somebody cancels the run. */
  readonly signal: AbortSignal;
  /** Bytes of memory for all processes of the step. */
  readonly memoryLimit: number;
  /** Where steps run; absent: the machine's place. */
  readonly stepsFolder?: string | undefined;
  /** Folders that the step must not see, where it runs as the worker's own user. */
  readonly hidden: readonly string[];
}

export interface TaskEnd {
  /** Null where no program was started. */
  readonly usage: CommandUsage | null;
  /** Null where it ended well. */
  readonly failure: unknown;
  /** By name; complete where it ended well. */
  readonly outputs: Readonly<Record<string, WrittenOutput>>;
}

/** Its failures are part of its end: how the program ended is told with them. */
export async function runTask(run: TaskRun): Promise<TaskEnd> {
  const token = run.task.server?.token ?? null;
  const log = createStepLog(run.files.appendLog, token === null ? [] : [token]);
  const state: { usage: CommandUsage | null } = { usage: null };
  let failure: unknown = null;
  let outputs: Record<string, WrittenOutput> = {};
  let folder: string | null = null;
  try {
    const steps = openStepsFolder(run.stepsFolder);
    folder = makeStepFolder(steps);
    outputs = await runInFolder(run, { steps, folder, log }, state);
  } catch (error) {
    failure = error;
  }
  try {
    await log.end();
  } catch (error) {
    failure ??= error;
  }
  if (folder !== null) await removeStepFolder(folder);
  return { usage: state.usage, failure, outputs };
}

interface Setting {
  readonly steps: StepsFolder;
  readonly folder: string;
  readonly log: StepLog;
}

async function runInFolder(
  run: TaskRun,
  { steps, folder, log }: Setting,
  state: { usage: CommandUsage | null },
): Promise<Record<string, WrittenOutput>> {
  const { task, files, signal, memoryLimit } = run;
  const { confinement } = steps;
  if (confinement.kind === "none") log.say(`(no user of its own: ${confinement.why}; it can read what the server can)`);
  await placeCode(task, files, { folder, confinement });
  const places = { inputs: await placeInputs(task, files, folder), outputs: outputPlaces(task.step, folder) };
  const say = (line: string): void => log.say(line);
  const environment = await prepareEnvironment(task, { steps, folder, say, signal });
  signal.throwIfAborted();
  const program = programOf(run, { steps, folder, places, environment });
  const timeoutSeconds = timeoutOf(task.step);
  const uid = confinement.kind === "user" ? confinement.user.uid : null;
  const removeShared = uid === null ? null : watchSharedFolders(uid);
  const end = await runProgram({ ...program, confinement, log, signal, timeoutSeconds, memoryLimit });
  removeShared?.();
  state.usage = end.usage;
  refuseBadEnd(end, program.argv, { timeoutSeconds, memoryLimit, lastLines: log.lastLines });
  return handOver(task, files, { places, folder, uid });
}

function programOf(
  { task, hidden }: TaskRun,
  {
    steps,
    folder,
    places,
    environment,
  }: Pick<Setting, "steps" | "folder"> & { places: CommandPlaces; environment: string | null },
): ConfinedProgram {
  const { argv, env } = fillCommand(task.step, places);
  const variables = { ...variablesOf(task, { folder, places, environment, searchPath: steps.searchPath }), ...env };
  checkVariables(env);
  const code = join(folder, "code");
  const path = findProgram(argv[0] ?? "", { code, searchPath: variables["PATH"] ?? "" });
  const view = viewOf(steps.path);
  const closed = [...hidden, workOf(steps.path), ...credentialFolders()];
  return { argv: [path, ...argv.slice(1)], folder, view, hidden: closed.filter((each) => existsSync(each)), variables };
}

/** Where users keep what opens doors elsewhere, our own tokens among it. */
function credentialFolders(): string[] {
  const config = process.env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config");
  return [join(config, "slipway"), ...[".ssh", ".aws", ".kube", ".docker"].map((name) => join(homedir(), name))];
}

function checkVariables(env: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(env)) {
    if (/^[A-Za-z_]\w*$/.test(name) && !value.includes("\0")) continue;
    throw new SlipwayError("SLW_STEP_COMMAND", `${JSON.stringify(name)} cannot be a variable of the program.`, {
      fix: "Name variables with letters, digits and _; their values are texts without NUL.",
    });
  }
}

/** What execvp would start; that it is not there is said in words of ours. */
function findProgram(name: string, { code, searchPath }: { code: string; searchPath: string }): string {
  if (name.includes("\0")) throw noProgram(name, "its name has a NUL");
  if (name.includes("/")) {
    const path = name.startsWith("/") ? name : join(code, name);
    const status = statSync(path, { throwIfNoEntry: false });
    if (status === undefined) throw noProgram(name, "there is no such file in the step's code");
    if (!status.isFile() || (status.mode & 0o111) === 0) throw noProgram(name, "it is no executable file");
    return path;
  }
  const found = searchPath
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isProgram);
  if (found === undefined || name === "") throw noProgram(name, "it is on the PATH of no folder that steps can read");
  return found;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function noProgram(name: string, why: string): SlipwayError {
  return new SlipwayError("SLW_STEP_COMMAND", `"${name.slice(0, 200)}" cannot be run: ${why}.`, {
    fix: "Install the program on the worker's machine, name an environment that has it, or put it into `code`.",
    details: { program: name },
  });
}

interface Limits {
  readonly timeoutSeconds: number;
  readonly memoryLimit: number;
  readonly lastLines: readonly string[];
}

/** @throws SLW_STEP_COMMAND, SLW_STEP_TIMEOUT, SLW_STEP_MEMORY unless it ended by itself with exit code 0 */
function refuseBadEnd({ usage, stopped }: ProgramEnd, argv: readonly string[], limits: Limits): void {
  const { exitCode, exitSignal } = usage;
  const details = { exitCode, exitSignal };
  const name = `"${(argv[0] ?? "").split("/").at(-1)}"`;
  if (stopped === "cancelled") throw new SlipwayError("SLW_STEP_COMMAND", `${name} was cancelled.`, { details });
  if (stopped === "timeout") {
    throw new SlipwayError("SLW_STEP_TIMEOUT", `${name} did not end within ${limits.timeoutSeconds} s.`, { details });
  }
  if (stopped === "memory") {
    const limit = Math.round(limits.memoryLimit / 2 ** 20);
    throw new SlipwayError("SLW_STEP_MEMORY", `${name} was ended: out of memory: limit ${limit} MB.`, { details });
  }
  if (exitCode === 0) return;
  const end = exitSignal === null ? `ended with exit code ${exitCode}` : `was ended by ${exitSignal}`;
  const last = limits.lastLines.at(-1);
  throw new SlipwayError("SLW_STEP_COMMAND", `${name} ${end}${last === undefined ? "." : `: ${last}`}`, { details });
}

async function handOver(
  { step }: CommandTask,
  files: StepFiles,
  { places, folder, uid }: { places: CommandPlaces; folder: string; uid: number | null },
): Promise<Record<string, WrittenOutput>> {
  const found = new Map<string, FoundOutput>();
  // All are looked at before the first is handed over.
  for (const [name, output] of Object.entries(step.outputs ?? {})) {
    found.set(name, findOutput({ name, output, place: places.outputs[name] as string, folder }, uid));
  }
  const written: Record<string, WrittenOutput> = {};
  for (const [name, output] of found) {
    written[name] = output.kind === "value" ? output : { kind: output.kind };
    if (output.kind !== "value") for (const file of output.files) await files.putOutput(name, file.path, file);
  }
  return written;
}
