/** The header of an encoded trial, field by field: bytes may come from anywhere. */
import { SlipwayError } from "../../base/index.ts";
import type { FinishedTrialRecord, RecordedOutcome } from "./trial-record.ts";

/** A record without its outputs. */
export interface TrialHeader extends Omit<FinishedTrialRecord, "outcome"> {
  readonly outcome: RecordedHeader;
}

type Finished = Extract<RecordedOutcome, { state: "finished" }>;
type RecordedHeader = Exclude<RecordedOutcome, Finished> | Omit<Finished, "outputs">;

/** @throws SLW_AUTOML_RESUME naming the field */
export function readHeader(value: unknown): TrialHeader {
  const fields = readObject(value, "header");
  const run = readObject(fields["run"], "run");
  const spec = readObject(fields["spec"], "spec");
  return {
    run: {
      slipway: readText(run["slipway"], "run.slipway"),
      data: readText(run["data"], "run.data"),
      options: readText(run["options"], "run.options"),
    },
    spec: {
      number: readWhole(spec["number"], "spec.number"),
      algorithm: readText(spec["algorithm"], "spec.algorithm"),
      params: readParams(spec["params"]),
      seed: readWhole(spec["seed"], "spec.seed"),
      giveUpAbove: readNumber(spec["giveUpAbove"], "spec.giveUpAbove"),
    },
    elapsedSeconds: readSeconds(fields["elapsedSeconds"], "elapsedSeconds"),
    outcome: readOutcome(readObject(fields["outcome"], "outcome")),
  };
}

function readOutcome(fields: Record<string, unknown>): RecordedHeader {
  const { state } = fields;
  if (state === "failed") return { state, reason: readText(fields["reason"], "outcome.reason") };
  const rungLoss = readNumber(fields["rungLoss"], "outcome.rungLoss");
  const trainSeconds = readSeconds(fields["trainSeconds"], "outcome.trainSeconds");
  if (state === "givenUp") return { state, rungLoss, trainSeconds };
  if (state !== "finished") throw invalid("outcome.state", "finished, givenUp or failed", state);
  const metrics = Object.entries(readObject(fields["metrics"], "outcome.metrics"));
  return {
    state,
    rungLoss,
    trainSeconds,
    firstRounds: readWhole(fields["firstRounds"], "outcome.firstRounds"),
    rounds: readWhole(fields["rounds"], "outcome.rounds"),
    predictMicrosPerRow: readSeconds(fields["predictMicrosPerRow"], "outcome.predictMicrosPerRow"),
    value: readNumber(fields["value"], "outcome.value"),
    loss: readNumber(fields["loss"], "outcome.loss"),
    metrics: Object.fromEntries(metrics.map(([name, metric]) => [name, readNumber(metric, `metrics.${name}`)])),
  };
}

function readParams(value: unknown): FinishedTrialRecord["spec"]["params"] {
  const params = readObject(value, "spec.params");
  for (const [name, param] of Object.entries(params))
    if (!["number", "boolean", "string"].includes(typeof param))
      throw invalid(`spec.params.${name}`, "a number, a text, true or false", param);
  return params as FinishedTrialRecord["spec"]["params"];
}

function readObject(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(path, "an object", value);
  return value as Record<string, unknown>;
}

function readText(value: unknown, path: string): string {
  if (typeof value !== "string") throw invalid(path, "text", value);
  return value;
}

/** Any number, NaN and Infinity included. */
function readNumber(value: unknown, path: string): number {
  if (typeof value !== "number") throw invalid(path, "a number", value);
  return value;
}

function readSeconds(value: unknown, path: string): number {
  const number = readNumber(value, path);
  if (!(number >= 0 && Number.isFinite(number))) throw invalid(path, "a finite number of at least 0", number);
  return number;
}

function readWhole(value: unknown, path: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw invalid(path, "a whole number from 0", value);
  return value as number;
}

function invalid(path: string, expected: string, got: unknown): SlipwayError {
  const shown = typeof got === "object" && got !== null ? "an object" : String(got);
  return new SlipwayError("SLW_AUTOML_RESUME", `The trial record's ${path}: expected ${expected}, got ${shown}.`, {
    details: { path, expected, got: shown },
  });
}
