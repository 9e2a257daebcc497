/** The server as a remote worker knows it. */
import type { Readable } from "node:stream";
import type { JobRef } from "../../compute/index.ts";
import type { OutputFile } from "../steps/command/index.ts";
import type { RemoteEnd, RemoteStep } from "./remote-steps.ts";

export interface WorkerUsage {
  /** Since the worker's start. */
  readonly cpuSeconds: number;
  /** Bytes, at most so far. */
  readonly peakMemory: number;
}

export interface WorkerBeat {
  /** The server still counts on this worker. */
  readonly alive: boolean;
  /** The job is somebody else's now. */
  readonly fenced: boolean;
  /** Somebody wants the job to end. */
  readonly cancelled: boolean;
}

/**
 * Calls of one worker. They throw a SlipwayError with the server's code, and SLW_CLI_SERVER where no server answers,
 * which passes.
 */
export interface WorkerServer {
  /** Without a slash at the end. */
  readonly url: string;
  /** @returns id of the worker */
  register(): Promise<string>;
  claim(worker: string, signal: AbortSignal): Promise<RemoteStep | null>;
  beat(worker: string, usage: WorkerUsage, job: JobRef | null): Promise<WorkerBeat>;
  read(worker: string, job: JobRef, sha256: string, signal: AbortSignal): Promise<Readable>;
  /** @returns number of the last piece */
  appendLog(worker: string, job: JobRef, piece: { readonly text: string; readonly after: number }): Promise<number>;
  putOutput(worker: string, job: JobRef, place: OutputPlace, file: OutputFile): Promise<void>;
  end(worker: string, job: JobRef, end: RemoteEnd): Promise<void>;
  leave(worker: string): Promise<void>;
}

export interface OutputPlace {
  readonly output: string;
  readonly path: string;
}
