/** What a pool and its worker processes say to each other over the channel between them. */

/** What a worker is told at its start: over the channel, as arguments and environment can be read by others. */
export interface WorkerConfig {
  readonly id: string;
  readonly target: string;
  readonly serverId: string;
  /** Of the database. */
  readonly url: string;
  /** Bytes of memory that the process may use. */
  readonly memoryLimit: number;
  readonly logLevel: string;
  /** Of whoever starts the pool: locations, addresses. JSON. */
  readonly settings: unknown;
}

export type ToWorker =
  | { readonly type: "start"; readonly config: WorkerConfig }
  /** Look at the database now: something about the job has changed. */
  | { readonly type: "look" }
  /** Take no further job, and end. */
  | { readonly type: "stop" };

export type FromWorker =
  | { readonly type: "ready" }
  /** `extent` says how much there is to compute, in words: "32,950 rows x 21 columns". */
  | { readonly type: "began"; readonly runId: string; readonly extent: string }
  | { readonly type: "ended"; readonly runId: string }
  /** The process is about to end itself, having used so many bytes. */
  | { readonly type: "memory"; readonly used: number };

/** Exit code of a worker that used more memory than it may. */
export const memoryExitCode = 99;

/** "out of memory: limit 512 MB, 32,950 rows x 21 columns". */
export function outOfMemory(limit: number, extent: string): string {
  return `out of memory: limit ${Math.round(limit / 2 ** 20).toLocaleString("en-US")} MB, ${extent}`;
}
