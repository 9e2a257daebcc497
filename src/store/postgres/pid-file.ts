/** The file in which PostgreSQL says that it runs, or ran when it was killed. */
import { join } from "node:path";
import { dataOf, socketFolder, type Cluster } from "./location.ts";
import { isPostgresOn } from "./process.ts";
import { readIfThere } from "./read-if-there.ts";

export interface PidFile {
  readonly pid: number;
  readonly socketFolder: string;
  readonly ready: boolean;
}

export const pidFileOf = (cluster: Cluster): string => join(dataOf(cluster), "postmaster.pid");

/** Its lines: process id, data, start time, port, socket folder, address, shared memory, status. */
export function readPidFile(cluster: Cluster): PidFile | null {
  const lines = readIfThere(pidFileOf(cluster))?.split("\n") ?? [];
  const pid = Number(lines[0]);
  if (lines.length < 5 || !Number.isSafeInteger(pid)) return null;
  return { pid, socketFolder: lines[4] || socketFolder(cluster), ready: lines[7]?.trim() === "ready" };
}

/** @returns the process id of the server that runs on the cluster; null where none does */
export function runningPid(cluster: Cluster): number | null {
  const pid = Number.parseInt(readIfThere(pidFileOf(cluster)) ?? "", 10);
  return isPostgresOn(pid, dataOf(cluster)) ? pid : null;
}
