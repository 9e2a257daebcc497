import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { query } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { ChartFrame, ProgressChart, type Trial } from "../charts/index.ts";
import { Card, EmptyState, formatNumber } from "../kit/index.ts";
import { useRunSearch } from "../runs/index.ts";
import { trialsInput } from "./inputs.ts";
import { lostTrials, type LostTrial } from "./leaderboard.ts";
import type { RunFacts } from "./run-data.ts";
import styles from "./run.module.css";

/** The metric of each trial in their order, and the trials that gave no model. */
export function ProgressTab({ facts }: { readonly facts: RunFacts }): ReactElement {
  const [{ sel }, change] = useRunSearch();
  const workspace = useWorkspace();
  const { models, metric, live, run } = facts;
  const stored = useQuery(query("listRuns", trialsInput(workspace, run.id)));
  // The leaderboard knows of those that failed, the runs of the trials of those that were given up as well.
  const all = stored.data ? lostTrials(stored.data.items, live) : facts.lost;
  // An ensemble may have the number of a trial that the end of the search gave up.
  const lost = all.filter(({ trial }) => !models.some((model) => model.trial === trial));
  if (metric === null || models.length + lost.length === 0) {
    return (
      <EmptyState title="No trial has ended yet">Each trial stands here as it ends, with the best so far.</EmptyState>
    );
  }
  const trials: Trial[] = [
    ...models.map(({ trial, name, value }) => ({ trial, name, value })),
    ...lost.map(({ trial, name }) => ({ trial, name, value: null })),
  ].toSorted((a, b) => a.trial - b.trial);
  return (
    <>
      <ChartFrame
        id="progress"
        title={`${metric} by trial`}
        description="Points are trials, the line is the best so far."
        fileName={`${facts.run.name}-progress`}
        table={{
          columns: ["trial", "model", metric],
          rows: trials.map(({ trial, name, value }) => [trial, name, value]),
        }}
      >
        <ProgressChart
          trials={trials}
          metric={metric}
          {...(sel !== undefined && { selected: Number(sel) })}
          onSelect={(trial) => change({ sel: String(trial) }, { replace: true })}
          height={320}
        />
      </ChartFrame>
      {lost.length > 0 && <LostTrials lost={lost} />}
    </>
  );
}

function LostTrials({ lost }: { readonly lost: readonly LostTrial[] }): ReactElement {
  return (
    <Card title="Trials without a model" level={2}>
      <ul className={styles.lost}>
        {lost.map(({ trial, name, isFailed, reason }) => (
          <li key={trial}>
            <span className={styles.trial}>{formatNumber(trial)}</span>
            <span>{name}</span>
            <span className={styles.note}>
              {reason ?? (isFailed ? "failed" : "given up: not good enough for its time")}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
