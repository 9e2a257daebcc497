import { useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { RunItem } from "../../contract/index.ts";
import { useWorkspace } from "../app/index.ts";
import { ChartFrame, TimelineChart, timelineTable, type TimelineRun } from "../charts/index.ts";
import { EmptyState, timeOf } from "../kit/index.ts";
import { useExperimentNames } from "./experiment-names.ts";
import { More } from "./grouped-runs.tsx";
import { useChangeJobs } from "./use-change-jobs.ts";

interface JobsTimelineProps {
  readonly runs: readonly RunItem[];
  readonly hasMore: boolean;
  readonly onMore: () => void;
  /** When the runs were read, in milliseconds since 1970: where those that go on end. */
  readonly now: number;
}

/** The loaded runs by their times, a lane for each experiment. */
export default function JobsTimeline({ runs, hasMore, onMore, now }: JobsTimelineProps): ReactElement {
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const change = useChangeJobs();
  const experimentName = useExperimentNames();
  const shown = runs.flatMap((run): TimelineRun[] => {
    const startedAt = timeOf(run.startedAt);
    const lane = experimentName(run.experiment);
    return startedAt === null
      ? []
      : [{ id: run.id, lane, label: run.name, status: run.status, startedAt, endedAt: timeOf(run.endedAt) }];
  });
  if (shown.length === 0) return <EmptyState title="None of these runs has started" />;
  const from = Math.min(...shown.map(({ startedAt }) => startedAt));
  const to = Math.max(...shown.map(({ startedAt, endedAt }) => endedAt ?? Math.max(now, startedAt)));
  // One run is opened; several that stand on each other are selected in the table.
  const onSelect = ([first, ...others]: string[]): void => {
    if (first === undefined) return;
    if (others.length > 0) change({ view: undefined, sel: [first, ...others].slice(0, 200) });
    else void navigate({ to: "/w/$workspace/jobs/$run", params: { workspace, run: first } });
  };
  return (
    <>
      <ChartFrame
        id="timeline"
        title={`${shown.length.toLocaleString("en-US")} runs by time`}
        description="A click opens a run; where several stand at one place, it selects them."
        fileName="runs"
        table={timelineTable(shown, "experiment")}
      >
        <TimelineChart runs={shown} from={from} to={Math.max(to, from + 60_000)} now={now} onSelect={onSelect} />
      </ChartFrame>
      <More count={runs.length} hasMore={hasMore} onMore={onMore} />
    </>
  );
}
