/** Runs the real command line as a child process, the way a shell would. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { buildTestPackage } from "../../scripts/build-test-package.mjs";

export const root = join(import.meta.dirname, "..", "..");
export const penguins = join(root, "examples", "penguins.csv");

const bin = await buildTestPackage();

export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit code, or null where a signal ended it. */
  readonly code: number | null;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** In a process group of its own, of which it is the leader. */
  readonly detached?: boolean;
}

/** An empty folder, removed after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "slipway-cli-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function startCli(
  args: readonly string[],
  { cwd = root, env = {}, detached = false }: RunOptions = {},
): ChildProcess {
  const { NO_COLOR: _noColor, FORCE_COLOR: _forceColor, ...inherited } = process.env;
  return spawn(process.execPath, [bin, ...args], {
    cwd,
    env: { ...inherited, ...env },
    detached,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

export function finished(child: ChildProcess): Promise<Finished> {
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ stdout, stderr, code }));
  });
}

export function runCli(args: readonly string[], options?: RunOptions): Promise<Finished> {
  return finished(startCli(args, options));
}
