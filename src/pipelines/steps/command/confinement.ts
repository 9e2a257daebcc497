/**
 * What keeps a step's program from the server's files and processes, by what the system allows:
 * - "user": the server runs as root, and the step as a user of its own (see step-user.ts);
 * - "namespace": user, mount and process namespaces of Linux, in which the server's folders and processes are not there;
 * - "none": a process, a folder and an environment of its own, as the server's user. The run's log says so.
 * There is no way back for it: set-user-id programs give nothing (no_new_privs), and it ends with its worker.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants, statfsSync } from "node:fs";
import { mostBytes } from "./collect-outputs.ts";
import { canChangeUser, type StepUser } from "./step-user.ts";

export type Confinement =
  | { readonly kind: "user"; readonly user: StepUser }
  | { readonly kind: "namespace" }
  | { readonly kind: "none"; readonly why: string };

export type ConfinementKind = Confinement["kind"];

let known: ConfinementKind | null = null;

/** What this machine allows; found out once. */
export function confinementKind(): ConfinementKind {
  known ??= canChangeUser() ? "user" : canUnshare() ? "namespace" : "none";
  return known;
}

const unsharePrefix = [
  "--user",
  "--map-current-user",
  "--keep-caps",
  "--mount",
  "--pid",
  "--fork",
  "--kill-child=KILL",
  "--mount-proc",
];

function canUnshare(): boolean {
  const unshare = findSystemProgram("unshare");
  if (process.platform !== "linux" || unshare === null || findSystemProgram("setpriv") === null) return false;
  const script = 'mount -t tmpfs none /tmp && exec "$@"';
  const argv = [...unsharePrefix, "--", "/bin/sh", "-c", script, "sh", ...dropAll(), "true"];
  return spawnSync(unshare, argv, { stdio: "ignore", timeout: 10_000 }).status === 0;
}

/** In the namespace it may mount; the program may not. */
function dropAll(): string[] {
  const setpriv = findSystemProgram("setpriv") ?? "setpriv";
  return [setpriv, "--ambient-caps=-all", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs", "--"];
}

const found = new Map<string, string | null>();

/** Of the system's own folders: nobody's PATH decides which one it is. */
function findSystemProgram(name: string): string | null {
  let path = found.get(name);
  if (path === undefined) {
    path = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"].map((folder) => `${folder}/${name}`).find(isExecutable) ?? null;
    found.set(name, path);
  }
  return path;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Both outputs are one, so that their lines keep their order; nobody else may read what it writes; it leaves no memory
 * image. The arguments are "$@", which no shell looks into.
 */
const begin = "umask 077; ulimit -c 0; exec 2>&1";

/**
 * Processes and threads at a time of a step with a user of its own, whom nobody else's are counted with: a program that
 * only starts others ends itself, and not the machine.
 */
const mostProcesses = 4_096;

/**
 * No file of a step is larger than half of what is free on its disk, nor than an output may be. Shells call the limit of
 * processes by different letters, and count files in blocks of 512 bytes, as POSIX has it; one that knows neither goes on
 * without.
 */
function limitsOf(kind: ConfinementKind, folder: string): string {
  const { bavail, bsize } = statfsSync(folder);
  const largest = Math.max(512, Math.min(mostBytes, (bavail * bsize) / 2));
  const files = `ulimit -f ${Math.floor(largest / 512)} 2>/dev/null`;
  if (kind !== "user") return files;
  return `${files}; { ulimit -p ${mostProcesses} || ulimit -u ${mostProcesses}; } 2>/dev/null`;
}

/** Before the last "--" stand folders that are not there for the program; the step's own is put back into its place. */
const hide = `
step=$1; view=$2; shift 2
mount --bind "$step" "$view" || exit 125
while [ "$1" != -- ]; do mount -t tmpfs -o mode=755 none "$1" || exit 125; shift; done; shift
mkdir -p "$step" && mount --bind "$view" "$step" && umount "$view" && cd "$step/code" || exit 125
`;

export interface ConfinedProgram {
  readonly argv: readonly string[];
  /** The step's folder, in which "code" is the one that it runs in. */
  readonly folder: string;
  /** An empty folder beside, for the namespace. */
  readonly view: string;
  /** Folders that it must not see. */
  readonly hidden: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

/** @returns what is to be started instead of the program, with what variables */
export function confine(
  confinement: Confinement,
  { argv, folder, view, hidden, variables }: ConfinedProgram,
): { readonly file: string; readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> } {
  const { own, late } = splitVariables(variables);
  const limited = `${limitsOf(confinement.kind, folder)}; ${begin}`;
  const program = late.length === 0 ? argv : ["/usr/bin/env", ...late, ...argv];
  if (confinement.kind === "namespace") {
    const script = `${limited}${hide}exec "$@"`;
    const args = ["/bin/sh", "-c", script, "step", folder, view, ...hidden, "--", ...dropAll(), ...program];
    return { file: findSystemProgram("unshare") as string, args: [...unsharePrefix, "--", ...args], env: own };
  }
  const setpriv = findSystemProgram("setpriv");
  const launcher = setpriv === null ? [] : [setpriv, "--no-new-privs", "--pdeathsig", "KILL", "--"];
  return { file: "/bin/sh", args: ["-c", `${limited}; exec "$@"`, "step", ...launcher, ...program], env: own };
}

/** Variables that would load code into the programs that confine it come into force after them. */
function splitVariables(variables: Readonly<Record<string, string>>): {
  readonly own: Readonly<Record<string, string>>;
  readonly late: readonly string[];
} {
  const isLate = (name: string): boolean => /^(LD_|DYLD_|GLIBC_|BASH_|ENV$|SHELLOPTS$|IFS$)/.test(name);
  const entries = Object.entries(variables);
  return {
    own: Object.fromEntries(entries.filter(([name]) => !isLate(name))),
    late: entries.filter(([name]) => isLate(name)).map(([name, value]) => `${name}=${value}`),
  };
}
