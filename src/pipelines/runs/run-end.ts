/** Why a run ends before its steps do, and what it has come to when they have. */
import { nodeOf, type Board } from "./board.ts";
import type { RunEnd, StepRecord } from "./types.ts";

export interface Stop {
  readonly kind: "cancelled" | "overdue" | "pointless";
  readonly reason: string;
}

/** Why nothing begins any more; null while things may. */
export function stopOf(board: Board): Stop | null {
  const { run, now } = board.snapshot;
  if (run.cancel !== null) return { kind: "cancelled", reason: `cancelled by ${run.cancel.by}` };
  if (run.deadlineAt <= now) {
    return { kind: "overdue", reason: `the run did not end within ${inWords(run.seconds)}` };
  }
  for (const { name, state, decision } of board.records()) {
    if (state === "FINISHED" && decision?.cancelRest !== undefined) {
      return { kind: "pointless", reason: `${name}: ${decision.cancelRest}` };
    }
  }
  return null;
}

function inWords(seconds: number): string {
  if (seconds >= 86_400 && seconds % 86_400 === 0) return `${seconds / 86_400} days`;
  return `${Math.round(seconds)} s`;
}

/** All steps have ended. */
export function endOf(board: Board, stop: Stop | null): RunEnd {
  const failed = earliest(board, "FAILED");
  const killed = earliest(board, "KILLED");
  if (stop?.kind === "pointless") return { state: "KILLED", reason: stop.reason };
  if (stop?.kind === "overdue" && (failed !== null || killed !== null)) return { state: "FAILED", reason: stop.reason };
  if (stop?.kind === "cancelled" && killed !== null) return { state: "KILLED", reason: stop.reason };
  if (failed !== null) return { state: "FAILED", reason: textOf(failed, "it failed") };
  if (killed !== null) return { state: "KILLED", reason: textOf(killed, "it was ended early") };
  return { state: "FINISHED", reason: null };
}

const textOf = ({ name, reason }: StepRecord, otherwise: string): string => `${name}: ${reason ?? otherwise}`;

/** The first that counts: a step that may fail does not, and of a step with for_each its instance says more. */
function earliest(board: Board, state: "FAILED" | "KILLED"): StepRecord | null {
  let found: StepRecord | null = null;
  for (const record of board.records()) {
    const { step } = nodeOf(board, record);
    if (record.state !== state || (state === "FAILED" && step.continue_on_failure === true)) continue;
    if (found === null || (record.endedAt ?? 0) < (found.endedAt ?? 0)) found = record;
    // A tie is the instance's, which comes behind its step.
    else if (record.endedAt === found.endedAt && record.item !== null && found.step === record.step) found = record;
  }
  return found;
}
