/** Runs a command to its end and measures it as a whole. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { atExit } from "./cleanup.ts";
import { watchTree } from "./process-memory.ts";
import { root } from "./root.ts";

export interface Finished {
  readonly stdout: string;
  /** From the start of the process to its end. */
  readonly seconds: number;
  /** Sum of the peaks of the process and all its descendants; null where the system does not tell. */
  readonly peakBytes: number | null;
}

/**
 * Throws with the end of its standard error when it fails, which it does too when it takes longer than `limitSeconds`;
 * by default it may take for ever.
 */
export async function run(
  command: string,
  args: readonly string[],
  limitSeconds = 0,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Finished> {
  const start = performance.now();
  const env = { ...environment, NO_COLOR: "1" };
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env, timeout: limitSeconds * 1000 });
  const forget = atExit(() => child.kill());
  const stopWatching = watchTree(child.pid ?? 0);
  try {
    const [stdout, stderr, [code, signal]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "exit") as Promise<[number | null, string | null]>,
    ]);
    const seconds = (performance.now() - start) / 1000;
    if (code !== 0)
      throw new Error(`${command} ${args.join(" ")}\nended with ${signal ?? `code ${code}`}:\n${stderr.slice(-2000)}`);
    return { stdout, seconds, peakBytes: stopWatching() };
  } finally {
    stopWatching();
    forget();
  }
}

/** The command line of this checkout. */
export const slipwayScript = join(root, "bin", "slipway.js");

export function runSlipway(args: readonly string[]): Promise<Finished> {
  return run(process.execPath, [slipwayScript, ...args]);
}
