import { SlipwayError } from "../../../base/index.ts";
import type { StepValue } from "../../../definition/index.ts";
import type { DatasetChoice } from "../../jobs/automl-runs.ts";

/**
 * The dataset that a place of a step stands for: the version that was chosen for it, or what its text says: "bank" (the
 * newest), "bank@3".
 * @throws SLW_STEP_OPTION where it is something else
 */
export function datasetOf(value: StepValue | undefined, text: string, place: string): DatasetChoice {
  if (value === undefined || value.type === "value") {
    const [, dataset = text, version] = /^(.+)@(\d{1,9})$/.exec(text) ?? [];
    return version === undefined ? { dataset } : { dataset, version: Number(version) };
  }
  if (value.type === "dataset") return { dataset: value.dataset, version: value.version };
  throw new SlipwayError("SLW_STEP_OPTION", `${place}: expected a dataset, got a ${value.type.replace("_", " ")}.`, {
    fix: "Name a dataset, or an output that is one.",
    details: { option: place, expected: "a dataset", got: value.type },
  });
}
