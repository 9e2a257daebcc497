import { availableParallelism } from "node:os";
import { SlipwayError } from "../base/index.ts";
import type { AutoMLOptions } from "./options.ts";

/** The options that do not depend on the data, checked and with their defaults. */
export interface ResolvedOptions {
  /** Seconds; null: none. */
  readonly timeLimit: number | null;
  readonly maxTrials: number | null;
  /** Seconds of one trial, all folds; null: none. */
  readonly trialTimeLimit: number | null;
  /** Value of the primary metric that ends the search; null: none. */
  readonly exitScore: number | null;
  readonly earlyStopping: boolean;
  /** Trials side by side, at most. */
  readonly concurrentTrials: number;
  /** Threads of one training, at most. */
  readonly coresPerTrial: number;
  readonly votingEnsemble: boolean;
  readonly stackEnsemble: boolean;
  /** Microseconds a row; null: none. */
  readonly predictionTimeLimit: number | null;
  readonly explain: boolean;
  readonly onnxOnly: boolean;
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
  const threads = options.threads ?? Math.min(MAX_THREADS, availableParallelism());
  checkWhole("number of threads", threads, 1, MAX_THREADS);
  const resolved: ResolvedOptions = {
    timeLimit,
    maxTrials,
    trialTimeLimit: options.trialTimeLimit ?? null,
    exitScore: options.exitScore ?? null,
    earlyStopping: options.earlyStopping ?? true,
    concurrentTrials: options.maxConcurrentTrials ?? threads,
    coresPerTrial: options.maxCoresPerTrial ?? threads,
    votingEnsemble: options.votingEnsemble ?? true,
    stackEnsemble: (options.stackEnsemble ?? true) && mayStack(options),
    predictionTimeLimit: options.predictionTimeLimit ?? null,
    explain: options.explain ?? true,
    onnxOnly: options.onnxOnly ?? false,
    seed: options.seed ?? DEFAULT_SEED,
    threads,
  };
  checkPositive("time limit", resolved.timeLimit, "seconds");
  if (maxTrials !== null) checkWhole("number of trials", maxTrials, 1, 1_000_000);
  checkPositive("time limit of a trial", resolved.trialTimeLimit, "seconds");
  checkPositive("prediction time limit", resolved.predictionTimeLimit, "microseconds a row");
  if (resolved.exitScore !== null)
    check("exit score", resolved.exitScore, Number.isFinite(resolved.exitScore), "a finite number");
  checkWhole("number of concurrent trials", resolved.concurrentTrials, 1, MAX_THREADS);
  checkWhole("number of cores of a trial", resolved.coresPerTrial, 1, MAX_THREADS);
  checkWhole("seed", resolved.seed, 0, 2 ** 32 - 1);
  return resolved;
}

/**
 * The coefficients of a stack may be negative: what rises in every member might fall in the whole. And they are learnt
 * from the rows that judge: where those are data of their own, the model would be trained on them after all, and turn
 * around where they are of another distribution.
 */
function mayStack({ monotone, validationData }: AutoMLOptions): boolean {
  return monotone === undefined && validationData === undefined;
}

function checkPositive(what: string, value: number | null, unit: string): void {
  if (value !== null) check(what, value, value > 0 && Number.isFinite(value), `${unit} above 0`);
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
