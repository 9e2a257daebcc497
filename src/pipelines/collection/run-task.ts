/** Runs the collection process: DuckDB and what tables take of memory go away with it. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { siblingModule, SlipwayError } from "../../base/index.ts";
import { unpackError, type PackedError } from "../../data/index.ts";
import type { CollectionTask, CollectionTasks } from "./tasks.ts";

/** Aborting ends the process. @throws what the task throws */
export async function runTask<Task extends CollectionTask>(
  task: Task,
  input: CollectionTasks[Task]["input"],
  signal?: AbortSignal,
): Promise<CollectionTasks[Task]["result"]> {
  signal?.throwIfAborted();
  const child = spawn(process.execPath, [fileURLToPath(siblingModule(import.meta.url, "collection-process"))], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  const stop = (): void => void child.kill("SIGKILL");
  signal?.addEventListener("abort", stop, { once: true });
  try {
    // The pipe stays open: when it closes, this process is gone, and the other one ends.
    child.stdin.on("error", () => {});
    child.stdin.write(`${JSON.stringify({ task, input })}\n`);
    const ended = new Promise<string>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, by) => resolve(by === null ? `exit code ${code}` : `signal ${by}`));
    });
    const [answer, complaint, how] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    signal?.throwIfAborted();
    return readAnswer(answer, `${how}${complaint && `: ${complaint.slice(-500)}`}`) as CollectionTasks[Task]["result"];
  } finally {
    signal?.removeEventListener("abort", stop);
    stop();
  }
}

function readAnswer(answer: string, how: string): unknown {
  let parsed: { readonly result: unknown } | { readonly error: PackedError };
  try {
    parsed = JSON.parse(answer) as typeof parsed;
  } catch {
    throw new SlipwayError("SLW_DATA_READER_DIED", `The process for collected rows ended early (${how}).`);
  }
  if ("result" in parsed) return parsed.result;
  throw unpackError(parsed.error, "collected rows");
}
