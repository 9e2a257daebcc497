/** What the expressions of a step, or of the run, stand for. */
import type { ConditionScope, Scope, StepScope } from "../../definition/index.ts";
import { anyEnded, isGroup, type Board } from "./board.ts";
import type { StepNode } from "./graph.ts";
import type { StepRecord } from "./types.ts";

/** @param names of the steps that may be mentioned */
export function scopeOf(board: Board, names: Iterable<string>, record: StepRecord | null): Scope {
  const { id, name, parameters } = board.snapshot.run;
  const steps: Record<string, StepScope> = {};
  for (const step of names) {
    const found = board.get(step);
    const node = board.graph.get(step);
    if (found === undefined || node === undefined) continue;
    const { state, outputs } = found;
    steps[step] = isGroup(found, node.step)
      ? { state, outputs: board.instancesOf(step).map((instance) => instance.outputs) }
      : { state, outputs };
  }
  return {
    parameters: parameters as Scope["parameters"],
    steps,
    run: { id, name },
    ...(record?.item && { item: record.item.value as NonNullable<Scope["item"]> }),
  };
}

export function conditionScopeOf(board: Board, { needs, ancestors }: StepNode, record: StepRecord): ConditionScope {
  return {
    ...scopeOf(board, needs, record),
    failed: anyEnded(board, ancestors, ["FAILED", "KILLED"]),
    succeeded: !anyEnded(board, ancestors, ["FAILED", "KILLED"]),
  };
}
