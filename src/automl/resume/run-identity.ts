/** Which run a trial's record belongs to, and whether it is this one. */
import { createHash } from "node:crypto";
import { SlipwayError, slipwayVersion } from "../../base/index.ts";
import type { DataDigest } from "../../model/index.ts";
import type { AutoMLOptions } from "../options.ts";
import type { Plan } from "../prepare.ts";
import { RECORDED } from "../recipe.ts";
import type { ResolvedOptions } from "../resolve-options.ts";
import type { FinishedTrialRecord, RunIdentity } from "./trial-record.ts";

export interface IdentityInput {
  readonly data: DataDigest;
  readonly validationData: DataDigest | null;
  readonly plan: Pick<Plan, "task" | "target" | "metric" | "algorithms">;
  readonly options: AutoMLOptions;
  readonly resolved: Pick<ResolvedOptions, "seed" | "trialTimeLimit" | "predictionTimeLimit">;
}

/** Equal for two runs where a trial of the same number, algorithm and hyperparameters gives the same. */
export function identifyRun({ data, validationData, plan, options, resolved }: IdentityInput): RunIdentity {
  const { task, target, metric, algorithms } = plan;
  const { seed, trialTimeLimit, predictionTimeLimit } = resolved;
  const recorded = Object.fromEntries(RECORDED.map((name) => [name, options[name]]));
  const shaping = { ...recorded, task, target, metric, algorithms, seed, trialTimeLimit, predictionTimeLimit };
  return {
    slipway: slipwayVersion(),
    data: sha256(`${data.sha256} ${validationData?.sha256 ?? ""}`),
    options: sha256(JSON.stringify(shaping, sortKeys)),
  };
}

/**
 * The records by the number of their trial, ascending.
 * @param outputs numbers that a finished trial has for the validation rows
 * @throws SLW_AUTOML_RESUME for a record of another run, or two of one trial
 */
export function checkRecords(
  records: readonly FinishedTrialRecord[],
  run: RunIdentity,
  outputs: number,
): FinishedTrialRecord[] {
  const sorted = records.toSorted((a, b) => a.spec.number - b.spec.number);
  sorted.forEach(({ run: recorded, spec, outcome }, i) => {
    const { number } = spec;
    const differs = (["slipway", "data", "options"] as const).find((part) => recorded[part] !== run[part]);
    if (differs) throw refused(number, DIFFERENCES[differs], { expected: run[differs], got: recorded[differs] });
    if (number === sorted[i + 1]?.spec.number) throw refused(number, "there are two records of it", {});
    if (outcome.state === "finished" && outcome.outputs.length !== outputs) {
      const got = outcome.outputs.length;
      throw refused(number, `it has ${got} outputs for the validation rows, not ${outputs}`, {
        expected: outputs,
        got,
      });
    }
  });
  return sorted;
}

const DIFFERENCES: Readonly<Record<keyof RunIdentity, string>> = {
  slipway: "it was recorded by another version of Slipway",
  data: "it was trained on other data",
  options: "it was trained with other options or another seed",
};

function refused(trial: number, why: string, details: Record<string, unknown>): SlipwayError {
  return new SlipwayError("SLW_AUTOML_RESUME", `The record of trial ${trial} cannot be used: ${why}.`, {
    details: { trial, ...details },
  });
}

/** So that options mean the same in whatever order they were written. */
function sortKeys(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
