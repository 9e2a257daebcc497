/** Makes a database cluster where a data folder has none: whole, or not at all. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { SlipwayError } from "../../base/index.ts";
import { superuser } from "./address.ts";
import {
  commitCluster,
  dataOf,
  existingCluster,
  forsakenClusters,
  makePrivateFolder,
  neverStartedClusters,
  newCluster,
  dataFolderFile,
  passwordOf,
  type Cluster,
} from "./location.ts";
import { runningPid } from "./pid-file.ts";
import { isRunning } from "./process.ts";
import { noLoader, type Programs } from "./programs.ts";

/** @returns the data folder's cluster, made now where there was none */
export async function openCluster(dataFolder: string, programs: Programs): Promise<Cluster> {
  const existing = existingCluster(dataFolder);
  if (existing !== null) return existing;
  stopForsaken();
  removeNeverStarted();
  const cluster = newCluster(dataFolder);
  const made = await initialise(dataFolder, cluster, programs);
  if (made && commitCluster(dataFolder, cluster)) return cluster;
  // Another process was faster: its cluster is the one.
  return existingCluster(dataFolder) ?? cluster;
}

/** Servers that a kill left, and whose data folder was removed since. Their files stay: the folder may come back. */
function stopForsaken(): void {
  for (const cluster of forsakenClusters()) {
    const pid = runningPid(cluster);
    if (pid !== null) process.kill(pid, "SIGINT");
  }
}

function removeNeverStarted(): void {
  for (const { folder } of neverStartedClusters()) {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // It is no obstacle, and the next one who begins tries again.
    }
  }
}

/** @returns false where another process made the same cluster meanwhile */
async function initialise(dataFolder: string, cluster: Cluster, programs: Programs): Promise<boolean> {
  if (cluster.identity === null) checkUserName();
  mkdirSync(dirname(cluster.folder), { recursive: true, mode: 0o711 });
  removeUnfinished(dirname(cluster.folder));
  const unfinished: Cluster = { ...cluster, folder: `${cluster.folder}.new-${process.pid}` };
  try {
    makePrivateFolder(unfinished.folder, cluster.identity);
    const password = passwordOf(unfinished);
    writeFileSync(password, randomBytes(24).toString("hex"), { mode: 0o600 });
    if (cluster.identity !== null) chownSync(password, cluster.identity.uid, cluster.identity.gid);
    if (cluster.identity !== null) writeFileSync(dataFolderFile(unfinished), `${dataFolder}\n`, { mode: 0o600 });
    await runInitdb(unfinished, programs);
    renameSync(unfinished.folder, cluster.folder);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (code === "ENOTEMPTY" || code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(unfinished.folder, { recursive: true, force: true });
  }
}

/** initdb asks for the name of its user; in a container that was given just any user id there is none. */
function checkUserName(): void {
  try {
    userInfo();
  } catch (cause) {
    const uid = process.getuid?.();
    throw new SlipwayError("SLW_STORE_START", `The user ${uid} has no name here, and PostgreSQL needs one.`, {
      fix: `Run Slipway as a user that stands in /etc/passwd (or add a line for ${uid}), or set DATABASE_URL.`,
      details: { uid },
      cause,
    });
  }
}

/** What processes left that were killed while they made a cluster, or copied the programs. */
function removeUnfinished(parent: string): void {
  for (const name of readdirSync(parent)) {
    const [, pid] = /^(?:postgres|postgresql-.+|[0-9a-f]{12}-[0-9a-f]{8})\.new-(\d+)$/.exec(name) ?? [];
    if (pid === undefined || isRunning(Number(pid))) continue;
    try {
      // An initdb that outlived its parent may still write into it.
      rmSync(join(parent, name), { recursive: true, force: true, maxRetries: 10 });
    } catch {
      // It is no obstacle, and the next one who begins tries again.
    }
  }
}

/**
 * The locale of the cluster is PostgreSQL's own C.UTF-8: the same order of text on every system, whatever its
 * libraries.
 */
function runInitdb(cluster: Cluster, programs: Programs): Promise<void> {
  const args = [
    `--pgdata=${dataOf(cluster)}`,
    `--username=${superuser}`,
    `--pwfile=${passwordOf(cluster)}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--no-instructions",
  ];
  return new Promise((done, fail) => {
    const child = spawn(programs.initdb, args, {
      ...cluster.identity,
      cwd: cluster.folder,
      env: programEnvironment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += String(chunk)));
    child.on("error", (cause: NodeJS.ErrnoException) =>
      fail(cause.code === "ENOENT" ? noLoader(programs.initdb, cause) : cannotInitialise(cluster, cause.message)),
    );
    child.on("close", (code) => (code === 0 ? done() : fail(cannotInitialise(cluster, output.trim()))));
  });
}

function cannotInitialise(cluster: Cluster, output: string): SlipwayError {
  const reason = output.split("\n").slice(-5).join("\n");
  return new SlipwayError("SLW_STORE_START", `The database in ${cluster.folder} cannot be made: ${reason}`, {
    details: { folder: cluster.folder, output },
  });
}

/** No secrets of this process, and nothing of the machine's language: initdb and the server read both. */
export function programEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"], TZ: "UTC", LC_ALL: "C" };
}
