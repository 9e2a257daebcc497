/** Whether an endpoint's processes are there, and whether they may be. */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { endpointFolder } from "../config/index.ts";
import { lockHolders } from "./lock.ts";
import { isAlive, type ProcessIdentity } from "./process-identity.ts";
import { livingReplicas, readSupervisorFile, type SupervisorFile } from "./supervisor-file.ts";

/** Of the lock that a supervisor holds as long as it lives. */
export const lockName = "supervisor";

const markerOf = (folder: string): string => join(folder, "stopped");

/** Supervisors that are about to start, whoever starts them, end instead. */
export function forbidStart(folder: string): void {
  writeFileSync(markerOf(folder), "", { mode: 0o600 });
}

export function allowStart(folder: string): void {
  rmSync(markerOf(folder), { force: true });
}

export function isToldToStop(folder: string): boolean {
  return existsSync(markerOf(folder));
}

export interface Presence {
  /** Null where none lives, or it has not written its file yet. */
  readonly supervisor: SupervisorFile | null;
  /** The one that lives, and others that are about to, or to find that they are not needed. */
  readonly supervisors: readonly ProcessIdentity[];
  /** Replicas that live, those of a dead supervisor too. */
  readonly replicas: readonly ProcessIdentity[];
}

export function presenceOf(folder: string): Presence {
  const file = readSupervisorFile(endpointFolder(folder));
  const lives = file !== null && isAlive(file);
  return {
    supervisor: lives && file.problem === null ? file : null,
    supervisors: [...(lives ? [file] : []), ...lockHolders(folder, lockName)],
    replicas: livingReplicas(file),
  };
}
