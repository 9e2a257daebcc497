/** What must not outlive a benchmark: temporary files and child processes, also after Ctrl-C. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

process.on("SIGINT", () => process.exit(130));
process.on("SIGTERM", () => process.exit(143));

/** Runs `action` when the process ends, however it does short of SIGKILL. @returns a function that takes it back */
export function atExit(action: () => void): () => void {
  process.on("exit", action);
  return () => void process.off("exit", action);
}

/** A new empty folder below the system's temporary one, removed at the end of the process. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  atExit(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
