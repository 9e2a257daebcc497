/** What computes jobs, whatever it is made of: processes of this server, machines that joined, one day pods. */
import type { Demand } from "./demand.ts";
import type { WorkerEnd } from "./types.ts";

/** The compute target of this machine. */
export const localTarget = "local";
/** The compute target of the workers that joined over HTTP. */
export const remoteTarget = "remote";

export type ComputeKind = "local" | "remote";

/** A worker as the server that looks after it sees it. */
export interface TargetWorker {
  readonly id: string;
  /** What it is at work on. */
  readonly runId: string | null;
  /** Something about its job has changed: it should know now rather than at its next heartbeat. */
  look(): void;
  /** Ends it, or gives it up, at once. @param end what is said of it; absent: what the system says */
  kill(end?: Pick<WorkerEnd, "reason" | "consequence">): void;
}

export interface ComputeTarget {
  /** As jobs name it. */
  readonly name: string;
  readonly kind: ComputeKind;
  /** Whose that are in the care of this server, now. */
  readonly workers: readonly TargetWorker[];
  find(workerId: string): TargetWorker | undefined;
  /** Something waits: a worker that is idle should look. */
  wake(): void;
  /** What waits and could begin: workers are started for it, or ended where there are too many, as far as that is possible. */
  scale(demand: Demand): void;
  /** Finds workers of the target that are dead, whoever was in charge of them, and gives their jobs on. */
  bury(): Promise<void>;
  /** Lets go of its workers; jobs of those that end are queued again. */
  close(): Promise<void>;
}
