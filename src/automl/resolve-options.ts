import { availableParallelism } from "node:os";
import { SlipwayError } from "../base/index.ts";
import type { AutoMLOptions } from "./options.ts";

/** The options that do not depend on the data, checked and with their defaults. */
export interface ResolvedOptions {
  readonly timeLimit: number | null;
  readonly maxTrials: number | null;
  readonly seed: number;
  readonly threads: number;
}

const DEFAULT_SECONDS = 60;
const DEFAULT_SEED = 42;
const MAX_THREADS = 64;

/** Throws SLW_AUTOML_OPTION for a number out of range. */
export function resolveOptions(options: AutoMLOptions): ResolvedOptions {
  const maxTrials = options.maxTrials ?? null;
  const timeLimit = options.timeLimit ?? (maxTrials === null ? DEFAULT_SECONDS : null);
  const seed = options.seed ?? DEFAULT_SEED;
  const threads = options.threads ?? Math.min(MAX_THREADS, availableParallelism());
  if (timeLimit !== null)
    check("time limit", timeLimit, timeLimit > 0 && Number.isFinite(timeLimit), "seconds above 0");
  if (maxTrials !== null) checkWhole("number of trials", maxTrials, 1, 1_000_000);
  checkWhole("seed", seed, 0, 2 ** 32 - 1);
  checkWhole("number of threads", threads, 1, MAX_THREADS);
  return { timeLimit, maxTrials, seed, threads };
}

function checkWhole(what: string, value: number, low: number, high: number): void {
  check(what, value, Number.isInteger(value) && value >= low && value <= high, `a whole number from ${low} to ${high}`);
}

function check(what: string, value: number, ok: boolean, expected: string): void {
  if (ok) return;
  throw new SlipwayError("SLW_AUTOML_OPTION", `The ${what} must be ${expected}, not ${value}.`, {
    details: { option: what, expected, got: value },
  });
}
