import { Link } from "@tanstack/react-router";
import { useCallback, useState, type ReactElement } from "react";
import type { OverviewRun, WorkspaceEvent } from "../../contract/index.ts";
import { useEvents } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { Card, Duration, EmptyState, ProgressBar, StatusBadge } from "../kit/index.ts";
import { readProgress, type Progress } from "./progress.ts";
import styles from "./home.module.css";

/** What waits or runs, with how far it is as far as its events say. */
export function ActiveRuns({ runs }: { readonly runs: readonly OverviewRun[] }): ReactElement {
  const workspace = useWorkspace();
  const progress = useProgress();
  return (
    <Card title="Running now">
      {runs.length === 0 && <EmptyState title="Nothing runs" icon="clock" />}
      <ul className={styles.list}>
        {runs.map(({ id, name, status, startedAt, user }) => {
          const state = progress.get(id);
          return (
            <li key={id} className={styles.item}>
              <div className={styles.line}>
                <Link to="/w/$workspace/jobs/$run" params={{ workspace, run: id }} className={styles.name}>
                  {name}
                </Link>
                <StatusBadge status={status} />
                <span className={styles.when}>
                  {startedAt === null ? "waits" : <Duration from={startedAt} />} · {user}
                </span>
              </div>
              {state && (
                <>
                  <p className={styles.reason}>{state.text}</p>
                  {state.share !== null && (
                    <ProgressBar label={`Progress of ${name}`} isLabelHidden value={state.share} max={1} />
                  )}
                </>
              )}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

/** By run id; filled as events come. */
function useProgress(): ReadonlyMap<string, Progress> {
  const [progress, setProgress] = useState<ReadonlyMap<string, Progress>>(new Map());
  const onEvent = useCallback(({ type, subject, data }: WorkspaceEvent) => {
    const read = type === "run.progress" ? readProgress(data["event"]) : null;
    if (read) setProgress((before) => new Map([...before, [subject.slice("run/".length), read]]));
  }, []);
  useEvents("run/", onEvent);
  return progress;
}
