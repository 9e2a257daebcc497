/** Runs the process that writes Parquet: DuckDB and what it takes of memory go away with it. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { siblingModule, SlipwayError } from "../../base/index.ts";
import type { OutputColumn } from "./batch-messages.ts";

export interface ParquetRequest {
  /** CSV without a header, UTF-8, in the order of the rows. */
  readonly files: readonly string[];
  readonly columns: readonly OutputColumn[];
  /** Path of a file that is not there yet. */
  readonly output: string;
  /** For what does not fit into memory. */
  readonly temporaryFolder: string;
}

/** Aborting ends the process. @throws SLW_DATA_UNWRITABLE */
export async function writeParquetFromLines(request: ParquetRequest, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [fileURLToPath(siblingModule(import.meta.url, "batch-parquet-process"))], {
    stdio: ["pipe", "ignore", "pipe"],
  });
  const stop = (): void => void child.kill("SIGKILL");
  signal.addEventListener("abort", stop, { once: true });
  try {
    // The pipe stays open: when it closes, this process is gone, and the other one ends.
    child.stdin.on("error", () => {});
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const ended = new Promise<string | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, by) =>
        resolve(code === 0 ? null : by === null ? `exit code ${code}` : `signal ${by}`),
      );
    });
    const [complaint, how] = await Promise.all([text(child.stderr), ended]);
    signal.throwIfAborted();
    if (how === null) return;
    const said = complaint.trim().slice(-500);
    throw new SlipwayError("SLW_DATA_UNWRITABLE", `The Parquet file could not be written (${how}): ${said}`);
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}
