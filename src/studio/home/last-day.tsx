import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState, type ReactElement } from "react";
import type { OverviewRun } from "../../contract/index.ts";
import { useWorkspace } from "../app/index.ts";
import { ChartFrame, TimelineChart, timelineTable, type TimelineRun } from "../charts/index.ts";
import { Card, EmptyState, sentenceCase, timeOf } from "../kit/index.ts";
import styles from "./home.module.css";

const day = 86_400_000;
/** Milliseconds between two places of the Now marker. */
const step = 30_000;

const lanes: Readonly<Record<string, string>> = { automl: "Automated ML", mlflow: "MLflow", batch: "Batch scoring" };

/** The runs of the last 24 hours, a lane for each kind. */
export function LastDay({ runs }: { readonly runs: readonly OverviewRun[] }): ReactElement {
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const now = useNow();
  const shown = runs.flatMap((run): TimelineRun[] => {
    const startedAt = timeOf(run.startedAt);
    if (startedAt === null) return [];
    const lane = lanes[run.kind] ?? sentenceCase(run.kind);
    return [{ id: run.id, lane, label: run.name, status: run.status, startedAt, endedAt: timeOf(run.endedAt) }];
  });
  const onSelect = ([run, ...others]: string[]): void => {
    if (run === undefined) return;
    if (others.length > 0)
      void navigate({ to: "/w/$workspace/jobs", params: { workspace }, search: { sel: [run, ...others] } });
    else void navigate({ to: "/w/$workspace/jobs/$run", params: { workspace, run } });
  };
  if (shown.length === 0)
    return (
      <div className={styles.wide}>
        <Card title="Last 24 hours">
          <EmptyState title="Nothing ran" icon="clock" />
        </Card>
      </div>
    );
  return (
    <div className={styles.wide}>
      <ChartFrame id="runs" title="Last 24 hours" fileName="runs" table={timelineTable(shown, "kind")}>
        <TimelineChart runs={shown} from={now - day} to={now + day / 48} now={now} onSelect={onSelect} />
      </ChartFrame>
    </div>
  );
}

/** Milliseconds since 1970, as they pass. */
function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), step);
    return () => clearInterval(timer);
  }, []);
  return now;
}
