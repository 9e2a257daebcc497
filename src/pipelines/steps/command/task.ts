/** What a command step is, once all is known that the database knows: enough to run it on a machine without one. */
import type { Readable } from "node:stream";
import type { EnvironmentSpec } from "../../../registry/index.ts";
import type { CodeFile, CommandStep } from "../../../definition/index.ts";

export interface CommandTask {
  /** The step's own run, and the attempt at it. */
  readonly runId: string;
  readonly attempt: number;
  readonly pipelineRun: string;
  /** "train", or "train[2]" for an instance of for_each. */
  readonly name: string;
  readonly step: CommandStep;
  readonly code: readonly CodeFile[];
  readonly inputs: Readonly<Record<string, TaskInput>>;
  /** What the step's registered environment is made of; null where it names none. */
  readonly environment: EnvironmentSpec | null;
  /** Null where the server's address is not known: the step then has no way back to it. */
  readonly server: TaskServer | null;
}

export interface TaskServer {
  /** Without a slash at its end: "http://127.0.0.1:8080". */
  readonly url: string;
  /** Name. */
  readonly workspace: string;
  /** Number of the run's experiment, as MLflow has it. */
  readonly experiment: number;
  /** For the step alone; null where the run was asked for by nobody, as at a schedule whose user is gone. */
  readonly token: string | null;
}

export type TaskInput =
  | { readonly kind: "value"; readonly text: string }
  /** One file. */
  | { readonly kind: "file"; readonly files: readonly TaskFile[] }
  | { readonly kind: "folder"; readonly files: readonly TaskFile[] };

export interface TaskFile {
  /** In the folder; of a single file, its name. With slashes, without "..". */
  readonly path: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** What a command step has of the server, be it in the same machine or not. */
export interface StepFiles {
  /** Bytes of a code file or an input; they end with an error where they are not those of its sha256. */
  read(file: TaskFile): Promise<Readable>;
  /** Adds whole lines, at most a million characters, to the log of the step's run. */
  appendLog(text: string): Promise<void>;
  /** Stores a file of an output. @param path in the output; of a single file, its name */
  putOutput(output: string, path: string, file: OutputFile): Promise<void>;
}

/** A file that a command wrote. */
export interface OutputFile {
  /** Bytes. */
  readonly size: number;
  /** To be called again where a transfer has failed. */
  readonly open: () => Readable;
}

/** How a program ended and what it used: JobUsage of src/compute. */
export interface CommandUsage {
  readonly exitCode: number | null;
  readonly exitSignal: string | null;
  /**
   * Of all its processes that were waited for, user and system, to 10 ms. A process that its parent leaves behind is
   * not in it.
   */
  readonly cpuSeconds: number | null;
  /**
   * Bytes of its own memory (resident and not shared with files) that all its processes had together at the worst look,
   * four times a second. Null where it ended before the first.
   */
  readonly peakMemory: number | null;
}
