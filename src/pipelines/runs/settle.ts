/** What an active step becomes when its run has gone on. */
import type { Step } from "../../definition/index.ts";
import { notBegun, type FinalStepState, type StepRecord, type Work } from "./types.ts";

/** Seconds until a step is tried again, at most. */
const longestPause = 3_600;

export function endStep(
  record: StepRecord,
  state: FinalStepState,
  reason: string | null,
  now: number,
  more: Partial<StepRecord> = {},
): StepRecord {
  return { ...record, state, reason, notBefore: null, deadlineAt: null, endedAt: now, ...more };
}

/** @param work of its run; undefined where that is gone @param again may a failure be made good by another try? */
export function settle(
  record: StepRecord,
  {
    step,
    work,
    now,
    again,
  }: { readonly step: Step; readonly work: Work | undefined; readonly now: number; readonly again: boolean },
): StepRecord {
  if (work === undefined) return endStep(record, "FAILED", "its run is no longer there", now);
  const ended = work.endedAt ?? now;
  switch (work.state) {
    case "QUEUED":
      return record.state === "QUEUED" ? record : { ...record, state: "QUEUED", reason: work.reason };
    case "RUNNING":
      if (record.state === "RUNNING") return record;
      return { ...record, state: "RUNNING", reason: null, startedAt: work.startedAt ?? now };
    case "FINISHED": {
      const { cancelRest, outputs, startedAt } = work;
      const decision = cancelRest === null ? record.decision : { cancelRest };
      return endStep(record, "FINISHED", cancelRest, ended, {
        outputs: outputs ?? {},
        decision,
        startedAt: startedAt ?? record.startedAt,
      });
    }
    case "KILLED":
      if (record.deadlineAt !== null && record.deadlineAt <= now) {
        return endStep(record, "FAILED", `it did not end in time; ${work.reason ?? "it was ended early"}`, ended);
      }
      return endStep(record, "KILLED", work.reason, ended, { startedAt: work.startedAt ?? record.startedAt });
    case "FAILED":
      if (again && record.retriesLeft > 0) return tryAgain(record, step, work, now);
      return endStep(record, "FAILED", work.reason, ended, { startedAt: work.startedAt ?? record.startedAt });
  }
}

function tryAgain(record: StepRecord, step: Step, work: Work, now: number): StepRecord {
  const done = Math.max(0, (step.retries ?? 0) - record.retriesLeft);
  const pause = Math.min(longestPause, (step.retry_delay ?? 1) * 2 ** done);
  return {
    ...waitingAgain(record),
    retriesLeft: record.retriesLeft - 1,
    reason: work.reason,
    notBefore: now + pause * 1000,
  };
}

/** As if it had not begun, but for its earlier runs. */
export function waitingAgain(record: StepRecord): StepRecord {
  return {
    ...record,
    earlierRuns: record.runId === null ? record.earlierRuns : [...record.earlierRuns, record.runId],
    ...notBegun,
  };
}
