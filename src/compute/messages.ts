/** What a pool and its worker processes say to each other over the channel between them. */

/** What a worker is told at its start: over the channel, as arguments and environment can be read by others. */
export interface WorkerConfig {
  readonly id: string;
  readonly target: string;
  /** Whose cores and memory its jobs share. */
  readonly pool: { readonly id: string; readonly cores: number; readonly memoryBytes: number };
  /** Of the database. */
  readonly url: string;
  /** Bytes of memory that the process may use, unless its job asks for more. */
  readonly memoryLimit: number;
  readonly logLevel: string;
  /** Of whoever starts the pool: locations, addresses. JSON. */
  readonly settings: unknown;
}

export type ToWorker =
  | { readonly type: "start"; readonly config: WorkerConfig }
  /** Look at the database now: something about the job has changed. */
  | { readonly type: "look" }
  /** Look at the queue now. */
  | { readonly type: "claim" }
  /** Take no further job, and end. */
  | { readonly type: "stop" };

export interface Began {
  readonly type: "began";
  readonly runId: string;
  /** How much there is to compute, in words: "32,950 rows x 21 columns". */
  readonly extent: string;
  /** Bytes that the process may use meanwhile. */
  readonly memoryLimit: number;
  /** The job before took more of the pool than this one. */
  readonly freed: boolean;
}

export type FromWorker =
  | { readonly type: "ready" }
  | Began
  /** It has no job, and has found none in the queue. */
  | { readonly type: "idle" }
  /** The process is about to end itself, having used so many bytes. */
  | { readonly type: "memory"; readonly used: number };

/** Exit code of a worker that used more memory than it may. */
export const memoryExitCode = 99;

/** "out of memory: limit 512 MB, 32,950 rows x 21 columns". */
export function outOfMemory(limit: number, extent: string): string {
  return `out of memory: limit ${Math.round(limit / 2 ** 20).toLocaleString("en-US")} MB, ${extent}`;
}
