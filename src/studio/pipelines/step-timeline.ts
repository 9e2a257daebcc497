/** Steps of a run on one line of time. */
import type { PipelineRunStep } from "../../contract/index.ts";

/** Shares of the whole, 0 to 1. */
export interface StepBar {
  readonly waitStart: number;
  readonly start: number;
  readonly end: number;
}

type Times = Pick<PipelineRunStep, "queuedAt" | "startedAt" | "endedAt">;

/** @param now in ms, where what still runs ends. @returns by place in `steps`; null for what has not begun to wait */
export function timelineOf(steps: readonly Times[], now: number): readonly (StepBar | null)[] {
  const spans = steps.map(({ queuedAt, startedAt, endedAt }) => {
    const start = startedAt ?? queuedAt;
    if (start === null) return null;
    const begin = Date.parse(start);
    const wait = queuedAt === null ? begin : Math.min(begin, Date.parse(queuedAt));
    return { wait, begin: startedAt === null ? Infinity : begin, end: endedAt === null ? now : Date.parse(endedAt) };
  });
  const known = spans.filter((span) => span !== null);
  const from = Math.min(...known.map(({ wait }) => wait));
  const length = Math.max(1, Math.max(...known.map(({ end }) => end)) - from);
  const share = (time: number): number => Math.min(1, Math.max(0, (time - from) / length));
  return spans.map((span) => {
    if (span === null) return null;
    const end = share(Math.max(span.end, span.wait));
    return { waitStart: share(span.wait), start: Math.min(end, share(span.begin)), end };
  });
}
