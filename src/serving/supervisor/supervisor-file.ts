/** supervisor.json: how others find the supervisor of an endpoint, and a supervisor the replicas of the one before it. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type { EndpointFolder } from "../config/index.ts";
import type { Problem } from "./messages.ts";
import { isAlive, type ProcessIdentity } from "./process-identity.ts";

export interface SupervisorFile extends ProcessIdentity {
  readonly format: 1;
  /** Path of the Unix socket of its control API; null until it listens, and once it has failed. */
  readonly socket: string | null;
  /** Where the endpoint answers: http://127.0.0.1:20000. */
  readonly url: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Of its replicas, as high as it has been. */
  readonly generation: number;
  /** All that may hold connections, those of supervisors before it too. */
  readonly replicas: readonly ProcessIdentity[];
  /** Why it has ended; null while it runs. */
  readonly problem: Problem | null;
}

/** @returns null where there is none that can be read */
export function readSupervisorFile(folder: EndpointFolder): SupervisorFile | null {
  try {
    const file = JSON.parse(readFileSync(folder.supervisor, "utf8")) as SupervisorFile;
    return file.format === 1 ? file : null;
  } catch {
    return null;
  }
}

/** Whole or not at all. Not forced to disk: after a crash of the machine none of the processes is there. */
export function writeSupervisorFile(folder: EndpointFolder, file: SupervisorFile): void {
  const temporary = `${folder.supervisor}.${process.pid}.new`;
  writeFileSync(temporary, JSON.stringify(file), { mode: 0o600 });
  renameSync(temporary, folder.supervisor);
}

export function livingReplicas(file: SupervisorFile | null): readonly ProcessIdentity[] {
  return (file?.replicas ?? []).filter(isAlive);
}
