import type { StoredDefinition } from "../../definition/index.ts";
import { positionStride } from "./turn.ts";
import { notBegun, type StepRecord } from "./types.ts";

/** The steps of a new run: all wait. */
export function firstSteps({ steps }: StoredDefinition): StepRecord[] {
  return Object.entries(steps).map(([name, step], index) => ({
    name,
    step: name,
    position: index * positionStride,
    item: null,
    earlierRuns: [],
    retriesLeft: step.retries ?? 0,
    ...notBegun,
  }));
}
