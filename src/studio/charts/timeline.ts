/** Runs on a line of time: which stand for themselves, and which are too near to be told apart. */
import type { Run } from "../../contract/index.ts";
import { formatDateTime, statusLook } from "../kit/index.ts";
import type { ChartTable } from "./csv.ts";

export interface TimelineRun {
  id: string;
  /** What it is grouped by: an experiment, a pipeline. */
  lane: string;
  label: string;
  status: Run["status"];
  /** Milliseconds since 1970. */
  startedAt: number;
  /** null: still at it. */
  endedAt: number | null;
}

/** Runs of a lane that would cover each other, drawn as one bar. */
export interface TimelineBatch {
  runs: TimelineRun[];
  /** Pixels. */
  from: number;
  to: number;
  /** What needs a look first: a failure, then what runs. */
  status: Run["status"];
}

const urgency: readonly Run["status"][] = ["FAILED", "RUNNING", "SCHEDULED", "QUEUED", "FINISHED", "KILLED"];

/**
 * @param x Pixel of a moment. @param now Where runs end that have not ended. @param minWidth Pixels of the shortest bar.
 * @returns By start, none touching the next.
 */
export function timelineBatches(
  runs: readonly TimelineRun[],
  x: (at: number) => number,
  now: number,
  minWidth: number,
): TimelineBatch[] {
  const batches: TimelineBatch[] = [];
  for (const run of runs.toSorted((a, b) => a.startedAt - b.startedAt)) {
    const from = x(run.startedAt);
    const to = Math.max(from + minWidth, x(run.endedAt ?? Math.max(now, run.startedAt)));
    const last = batches.at(-1);
    if (last === undefined || from > last.to) {
      batches.push({ runs: [run], from, to, status: run.status });
      continue;
    }
    last.runs.push(run);
    last.to = Math.max(last.to, to);
    if (urgency.indexOf(run.status) < urgency.indexOf(last.status)) last.status = run.status;
  }
  return batches;
}

/** @param lane What a lane is: "experiment". */
export function timelineTable(runs: readonly TimelineRun[], lane: string): ChartTable {
  return {
    columns: ["run", lane, "status", "started", "ended"],
    rows: runs.map((run) => [
      run.label,
      run.lane,
      statusLook(run.status).label,
      formatDateTime(run.startedAt),
      run.endedAt === null ? null : formatDateTime(run.endedAt),
    ]),
  };
}
