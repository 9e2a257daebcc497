/**
 * Where steps run on this machine, outside of the data folder, which is closed to them:
 *   work/PID.START.RANDOM   a step's folder, of the worker process with this id and start
 *   users/                  claims of user ids (step-user.ts); only for root to enter
 *   bin/node                where the server's own node is closed to other users
 *   python/                 environments; read by all steps, written by none
 *   view/                   an empty folder
 * As root it is /var/lib/slipway/steps, as PostgreSQL's place is; otherwise a folder of the user's in the temporary one.
 */
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { processStart, SlipwayError } from "../../../base/index.ts";
import { confinementKind, type Confinement } from "./confinement.ts";
import { endAll, processesAtHome } from "./processes.ts";
import { claimStepUser, releaseDeadUsers } from "./step-user.ts";

export interface StepsFolder {
  readonly path: string;
  readonly confinement: Confinement;
  /** Programs of the machine that steps can run, ours first. */
  readonly searchPath: string;
}

export const workOf = (path: string): string => join(path, "work");
export const viewOf = (path: string): string => join(path, "view");
export const pythonOf = (path: string): string => join(path, "python");

const opened = new Map<string, StepsFolder>();

/**
 * Makes it where it is absent, and removes what dead workers left in it. Once a process: the claim of a user lasts.
 * @param path absent: the machine's
 * @throws SLW_STEP_FOLDER
 */
export function openStepsFolder(path = defaultPath()): StepsFolder {
  const known = opened.get(path);
  if (known !== undefined) return known;
  const made = makeFolders(path);
  const folder = { path, confinement: made, searchPath: searchPathFor(path, made) };
  opened.set(path, folder);
  return folder;
}

function defaultPath(): string {
  return process.getuid?.() === 0
    ? "/var/lib/slipway/steps"
    : join(tmpdir(), `slipway-steps-${process.getuid?.() ?? 0}`);
}

function makeFolders(path: string): Confinement {
  const kind = confinementKind();
  const own = kind === "user" ? 0o711 : 0o700;
  try {
    makeFolder(path, own);
    makeFolder(workOf(path), own);
    makeFolder(viewOf(path), 0o755);
    makeFolder(pythonOf(path), 0o755);
    const users = join(path, "users");
    if (kind === "user") {
      makeFolder(users, 0o700);
      releaseDeadUsers(users);
    }
    removeDeadSteps(workOf(path), kind === "none");
    if (kind === "user") return { kind, user: claimStepUser(users) };
    if (kind === "namespace") return { kind };
    const why = process.platform === "linux" ? "it may neither change users nor make namespaces" : "this is not Linux";
    return { kind, why };
  } catch (cause) {
    if (cause instanceof SlipwayError) throw cause;
    const { message } = cause as Error;
    throw new SlipwayError("SLW_STEP_FOLDER", `Steps cannot run in ${path}: ${message}`, { cause, details: { path } });
  }
}

/** In a folder that all may write to, somebody else may have made it first. */
function makeFolder(path: string, mode: number): void {
  mkdirSync(path, { recursive: true, mode });
  const { uid } = lstatSync(path);
  if (uid !== process.getuid?.()) {
    throw new SlipwayError("SLW_STEP_FOLDER", `${path} belongs to the user ${uid}, so that steps cannot run in it.`, {
      details: { path, uid },
    });
  }
  chmodSync(path, mode);
}

const nameOf = /^(\d+)\.(\w+)\.[0-9a-f]+$/;

function removeDeadSteps(work: string, endProcesses: boolean): void {
  for (const name of readdirSync(work)) {
    const [, pid, start] = nameOf.exec(name) ?? [];
    if (pid === undefined || processStart(Number(pid)) === start) continue;
    const folder = join(work, name);
    // With a user or a namespace of their own they have ended already.
    if (endProcesses && process.platform === "linux") endAll(() => processesAtHome(folder));
    rmSync(folder, { recursive: true, force: true });
  }
}

const ownParts = ["code", "tmp", "outputs"];
const parts = [...ownParts, "inputs"];
let start: string | null = null;

/** A new folder for a step, with "code", "tmp", "inputs" and "outputs" in it. */
export function makeStepFolder({ path, confinement }: StepsFolder): string {
  start ??= processStart(process.pid);
  const name = `${process.pid}.${start}.${randomBytes(8).toString("hex")}`;
  const folder = join(workOf(path), name);
  mkdirSync(folder, { mode: 0o700 });
  own(folder, confinement);
  for (const part of ownParts) makeOwnFolder(join(folder, part), confinement);
  // What it is given it may read, and not change.
  makeReadableFolder(join(folder, "inputs"));
  return folder;
}

/** Removes it with all that the step left in it. */
export async function removeStepFolder(folder: string): Promise<void> {
  if (removeEmpty(folder)) return;
  await rm(folder, { recursive: true, force: true }).catch(async () => {
    // Without root's rights, a folder that its owner has closed must be opened first.
    openFolders(folder);
    await rm(folder, { recursive: true, force: true });
  });
}

/** Most steps leave nothing: that is five calls. @returns false where there is something */
function removeEmpty(folder: string): boolean {
  try {
    for (const part of parts) rmdirSync(join(folder, part));
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

function openFolders(folder: string): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) openFolders(join(folder, entry.name));
  }
}

/** A folder that the step may read, and only the worker may write to. */
export function makeReadableFolder(path: string): void {
  mkdirSync(path);
  chmodSync(path, 0o755);
}

/** A folder that the step may write to. */
export function makeOwnFolder(path: string, confinement: Confinement): void {
  mkdirSync(path, { mode: 0o700 });
  own(path, confinement);
}

function own(path: string, confinement: Confinement): void {
  if (confinement.kind === "user") chownSync(path, confinement.user.uid, confinement.user.gid);
}

/** The folders of PATH that the step's user can enter, after that of a `node` that it can run. */
function searchPathFor(path: string, { kind }: Confinement): string {
  const folders = (process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(delimiter).filter((f) => f !== "");
  if (kind !== "user") return [dirname(process.execPath), ...folders].join(delimiter);
  const node = isOpen(process.execPath) ? dirname(process.execPath) : provideNode(join(path, "bin"));
  return [node, ...folders.filter(isOpen)].join(delimiter);
}

/** Can everybody reach and run it? */
export function isOpen(path: string): boolean {
  for (let part = path; ; part = dirname(part)) {
    const status = statSync(part, { throwIfNoEntry: false });
    if (status === undefined || (status.mode & 0o001) === 0) return false;
    if (dirname(part) === part) return true;
  }
}

/** The node that runs this, where others can reach it: the same file under a second name, or a copy. */
function provideNode(bin: string): string {
  const node = join(bin, "node");
  const size = statSync(process.execPath).size;
  if (statSync(node, { throwIfNoEntry: false })?.size === size) return bin;
  makeFolder(bin, 0o755);
  const unfinished = `${node}.${process.pid}`;
  rmSync(unfinished, { force: true });
  try {
    linkSync(process.execPath, unfinished);
  } catch {
    copyFileSync(process.execPath, unfinished);
  }
  chmodSync(unfinished, 0o755);
  renameSync(unfinished, node);
  return bin;
}
