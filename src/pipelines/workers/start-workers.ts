import { siblingModule, type Log } from "../../base/index.ts";
import { startCompute, type Compute, type ComputeOptions } from "../../compute/index.ts";
import type { ArtifactStore, Database } from "../../store/index.ts";
import { keepRunStatus } from "../jobs/run-status.ts";

/** What a worker process is told. */
export interface WorkerSettings {
  /** Location of the artifact store. */
  readonly artifacts: string;
  /** Python environments of the machine's models; null for none that last. */
  readonly environmentsFolder: string | null;
  /** Where steps reach the server, without a slash at the end; null for nowhere. */
  readonly serverUrl: string | null;
}

export interface WorkersOptions extends Pick<
  ComputeOptions,
  "maxWorkers" | "minWorkers" | "idleSeconds" | "memoryLimit"
> {
  readonly database: Database;
  /** postgresql:// of the same database. */
  readonly url: string;
  readonly artifacts: ArtifactStore;
  /** Python environments, shared with endpoints. Default: those of a job last as long as it does. */
  readonly environmentsFolder?: string;
  /** As in WorkerSettings. */
  readonly serverUrl?: string;
  readonly log: Log;
}

/** Worker processes for what runs ask for; none before there is work. */
export function startWorkers({ artifacts, environmentsFolder, serverUrl, ...options }: WorkersOptions): Compute {
  const settings: WorkerSettings = {
    artifacts: artifacts.location,
    environmentsFolder: environmentsFolder ?? null,
    serverUrl: serverUrl ?? null,
  };
  return startCompute({
    ...options,
    listener: keepRunStatus,
    entry: siblingModule(import.meta.url, "worker"),
    settings,
  });
}
