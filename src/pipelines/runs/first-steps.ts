import type { StoredDefinition } from "../../definition/index.ts";
import { positionStride } from "./turn.ts";
import type { StepRecord } from "./types.ts";

/** The steps of a new run: all wait. */
export function firstSteps({ steps }: StoredDefinition): StepRecord[] {
  return Object.entries(steps).map(([name, step], index) => ({
    name,
    step: name,
    position: index * positionStride,
    item: null,
    state: "WAITING",
    runId: null,
    earlierRuns: [],
    retriesLeft: step.retries ?? 0,
    fingerprint: null,
    fingerprintParts: null,
    reusedFrom: null,
    outputs: null,
    reason: null,
    decision: null,
    notBefore: null,
    deadlineAt: null,
    queuedAt: null,
    startedAt: null,
    endedAt: null,
  }));
}
