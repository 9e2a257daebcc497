import { Worker } from "node:worker_threads";
import { SlipwayError, siblingModule, type ErrorCode } from "../../base/index.ts";
import type { ModelContents } from "../types.ts";

export interface InspectTask {
  /** Where the bytes lie on this machine. */
  readonly file: string;
  /** What the user calls it. */
  readonly path: string;
  readonly sha256: string;
  /** Is it the MLmodel file of a folder? Otherwise it is the model itself. */
  readonly isFolder: boolean;
}

export type InspectReply =
  | { readonly contents: ModelContents }
  | {
      readonly refusal: {
        readonly code: ErrorCode;
        readonly message: string;
        readonly fix: string;
        readonly details: Readonly<Record<string, unknown>>;
      };
    };

/** MB of a thread's heap; tensors lie outside of it. */
const heapMegabytes = 512;
const mostMilliseconds = 60_000;

/** One at a time: a model file may be as large as the memory that two would need. */
let last: Promise<unknown> = Promise.resolve();

/** @throws SLW_MODEL_*, SLW_REGISTRY_ONNX, SLW_REGISTRY_MLMODEL, SLW_ARTIFACT_CORRUPT, SLW_REGISTRY_FILES */
export function inspectInThread(task: InspectTask): Promise<ModelContents> {
  const result = last.then(() => inspect(task));
  last = result.catch(() => undefined);
  return result;
}

async function inspect(task: InspectTask): Promise<ModelContents> {
  const reply = await runThread(task);
  if ("contents" in reply) return reply.contents;
  const { code, message, fix, details } = reply.refusal;
  throw new SlipwayError(code, message, { fix, details: { ...details } });
}

function runThread(task: InspectTask): Promise<InspectReply> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(siblingModule(import.meta.url, "inspect-worker"), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
    });
    const timer = setTimeout(() => {
      void worker.terminate();
      reject(unreadable(task, `looking at it took longer than ${mostMilliseconds / 1000} s`));
    }, mostMilliseconds);
    worker.once("message", resolve);
    worker.once("error", (error) => reject(unreadable(task, error.message, error)));
    worker.once("exit", (code) => {
      clearTimeout(timer);
      reject(unreadable(task, `the thread that looked at it ended with code ${code}`));
    });
  });
}

function unreadable({ path }: InspectTask, problem: string, cause?: unknown): SlipwayError {
  return new SlipwayError("SLW_REGISTRY_FILES", `${path} cannot be registered: ${problem}.`, { cause });
}
