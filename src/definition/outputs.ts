import type { Step, StepType, StepValue } from "./types.ts";

type OutputType = StepValue["type"];

/** What a step of each type gives, by name; null where the step itself says it: a command, a pipeline. */
export const outputsOfType = {
  data_check: { rows: "value", failed: "value" },
  transform: { data: "dataset", rows: "value" },
  automl: { model: "model", metric: "value", value: "value", best_model: "value", run: "value" },
  evaluate: { better: "value", value: "value", against_value: "value", model: "model" },
  register: { version: "model_version", model: "value", number: "value" },
  deploy: { scoring_uri: "value", deployment: "value" },
  batch_score: { data: "dataset", rows: "value" },
  command: null,
  http: { status: "value", body: "value" },
  notify: {},
  approval: { decision: "value", by: "value" },
  pipeline: null,
} as const satisfies Readonly<Record<StepType, Readonly<Record<string, OutputType>> | null>>;

/** Of this step; null where any name may be one: a pipeline has the outputs that its version declares, and `run`. */
export function outputsOfStep(step: Step): Readonly<Record<string, OutputType>> | null {
  if (step.type !== "command") return outputsOfType[step.type];
  return Object.fromEntries(Object.entries(step.outputs ?? {}).map(([name, { type }]) => [name, type]));
}
