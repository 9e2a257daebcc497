/** Which steps of an ended run wait again when it is retried. */
import type { StoredDefinition } from "../../definition/index.ts";
import type { Graph } from "./graph.ts";
import { waitingAgain } from "./settle.ts";
import type { StepRecord } from "./types.ts";

export interface Again {
  /** As they are now. */
  readonly steps: readonly StepRecord[];
  /** Names of instances that are made anew, since what they are for each of may differ. */
  readonly removed: readonly string[];
}

/**
 * What did not end well, and an evaluation that ended the rest; with `from`, that step, or instance, and all after it
 * besides. What finished otherwise is kept.
 */
export function stepsAgain(
  steps: readonly StepRecord[],
  {
    definition,
    graph,
    from,
  }: { readonly definition: StoredDefinition; readonly graph: Graph; readonly from: string | null },
): Again {
  const origin = from === null ? null : (steps.find(({ name }) => name === from) ?? null);
  const after = new Set<string>();
  for (const { name, ancestors } of graph.values()) if (origin !== null && ancestors.has(origin.step)) after.add(name);
  if (origin !== null && origin.item === null) after.add(origin.step);

  const changed = new Map<string, StepRecord>();
  const removed: string[] = [];
  const reset = (record: StepRecord): void => {
    const retriesLeft = definition.steps[record.step]?.retries ?? 0;
    changed.set(record.name, { ...waitingAgain(record), retriesLeft });
  };
  const wanted = (record: StepRecord): boolean =>
    record.state !== "FINISHED" || record.decision?.cancelRest !== undefined || record === origin;
  const instances = Map.groupBy(
    steps.filter(({ item }) => item !== null),
    ({ step }) => step,
  );
  const byName = new Map(steps.map((record) => [record.name, record]));
  // Those that come before first, so that it is known whether they run again.
  for (const { name, ancestors } of graph.values()) {
    const record = byName.get(name);
    if (record === undefined) continue;
    const members = instances.get(name) ?? [];
    const those = members.filter(wanted);
    if (!after.has(name) && !(members.length === 0 ? wanted(record) : those.length > 0)) continue;
    const beforeIt = [...ancestors].some((ancestor) => changed.has(ancestor));
    if (members.length > 0 && !after.has(name) && !beforeIt && record.state !== "SKIPPED") {
      those.forEach(reset);
      changed.set(name, { ...record, state: "RUNNING", endedAt: null, outputs: null, reason: null });
      continue;
    }
    const runs = members.flatMap(({ runId, earlierRuns }) => [...earlierRuns, ...(runId === null ? [] : [runId])]);
    removed.push(...members.map((member) => member.name));
    reset({ ...record, earlierRuns: [...record.earlierRuns, ...runs] });
  }
  return { steps: [...changed.values()], removed };
}
