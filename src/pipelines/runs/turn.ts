/** Whether a step that waits has its turn. */
import { SlipwayError } from "../../base/index.ts";
import { evaluateCondition, itemsOf } from "../../definition/index.ts";
import { isGroup, nodeOf, type Board } from "./board.ts";
import { conditionScopeOf, scopeOf } from "./scope.ts";
import { endStep } from "./settle.ts";
import { isFinalState, type StepRecord } from "./types.ts";

/** Distance of two steps' positions: up to 1,000 instances have theirs between them. */
export const positionStride = 1_001;

export type Turn =
  | { readonly kind: "wait" }
  | { readonly kind: "start" }
  /** It has its instances, or has ended without a beginning. */
  | { readonly kind: "become"; readonly records: readonly StepRecord[] };

const wait: Turn = { kind: "wait" };

/** @param failure that keeps others from beginning, unless they ask about failures */
export function turnOf(board: Board, record: StepRecord, failure: StepRecord | null): Turn {
  const { now } = board.snapshot;
  const { step, needs, asksStates } = nodeOf(board, record);
  const become = (state: "SKIPPED" | "FAILED", reason: string): Turn => ({
    kind: "become",
    records: [endStep(record, state, reason, now)],
  });
  const isInstance = record.item !== null;
  if (!isInstance) {
    const others = needs.map((name) => board.get(name)).filter((other) => other !== undefined);
    const bad = others.find(({ state }) => isFinalState(state) && state !== "FINISHED");
    if (!asksStates && bad !== undefined) return become("SKIPPED", `"${bad.name}" ${wordsFor(bad.state)}`);
    if (!asksStates && failure !== null) return stopped(record, failure, now);
    if (others.length < needs.length || others.some(({ state }) => !isFinalState(state))) return wait;
  } else if (!asksStates && failure !== null) return stopped(record, failure, now);
  if (record.notBefore !== null) return record.notBefore > now ? wait : { kind: "start" };
  try {
    if (!isTrue(board, record)) return become("SKIPPED", `its condition is not met: ${step.if}`);
    return isGroup(record, step) ? { kind: "become", records: expand(board, record) } : { kind: "start" };
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    return become("FAILED", `${error.message} (${error.code})`);
  }
}

/** It does not begin any more; where it has been tried before, that try counts. */
function stopped(record: StepRecord, failure: StepRecord, now: number): Turn {
  const why = `"${failure.name}" ${wordsFor(failure.state)}`;
  const tried = record.notBefore !== null;
  const ended = tried
    ? endStep(record, "FAILED", `${record.reason ?? "it failed"}; it is not tried again, since ${why}`, now)
    : endStep(record, "SKIPPED", why, now);
  return { kind: "become", records: [ended] };
}

function wordsFor(state: StepRecord["state"]): string {
  if (state === "FAILED") return "failed";
  return state === "KILLED" ? "was ended early" : "was skipped";
}

/** A condition about the member of for_each is for the instances to answer; any other, for the step. */
function isTrue(board: Board, record: StepRecord): boolean {
  const node = nodeOf(board, record);
  if (node.step.if === undefined) return true;
  const isInstance = record.item !== null;
  if (node.asksItem !== isInstance) return true;
  return evaluateCondition(node.step.if, conditionScopeOf(board, node, record));
}

function expand(board: Board, record: StepRecord): StepRecord[] {
  const { step, needs } = nodeOf(board, record);
  const { now } = board.snapshot;
  const items = itemsOf(step.for_each ?? [], scopeOf(board, needs, record));
  const instances = items.map((value, index) => ({
    ...record,
    name: `${record.name}[${index}]`,
    position: record.position + index + 1,
    item: { value },
    earlierRuns: [],
  }));
  if (items.length === 0) return [endStep(record, "FINISHED", "for_each has no members", now, { outputs: {} })];
  return [{ ...record, state: "RUNNING", startedAt: now, reason: null }, ...instances];
}
