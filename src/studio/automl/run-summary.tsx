import { useEffect, useState, type ReactElement } from "react";
import { Notice, ProgressBar, formatNumber } from "../kit/index.ts";
import { timeInWords, validationName } from "./choices.ts";
import type { RunFacts } from "./run-data.ts";
import { defaultTime } from "./wizard-request.ts";
import styles from "./run.module.css";

/** How far the run is and what it has found; of one that failed what can be done. */
export function RunSummary({ facts }: { readonly facts: RunFacts }): ReactElement {
  const { models, metric, automl, leaderboard } = facts;
  const best = models[0];
  return (
    <>
      <section className={styles.summary} aria-label="Result">
        <h2 className={styles.hidden}>Result</h2>
        {facts.isActive ? <Progress facts={facts} /> : null}
        <dl className={styles.facts}>
          <Fact name={facts.isActive ? "Best so far" : "Best model"} value={best?.name ?? "none yet"} />
          {metric !== null && <Fact name={metric} value={best?.value === undefined ? "–" : formatNumber(best.value)} />}
          <Fact name="Predicts" value={`${automl.target} of ${automl.data.dataset}@${automl.data.version}`} />
          <Fact name="Models" value={modelCount(facts)} />
          {validationOf(facts) !== null && <Fact name="Judged by" value={validationOf(facts) ?? ""} />}
          {automl.modelVersion !== null && <Fact name="Registered" value={automl.modelVersion.replace("/", "@")} />}
        </dl>
      </section>
      {leaderboard?.testMetrics && metric !== null && (
        <p className={styles.note}>
          On test rows, which chose nothing: {metric} {formatNumber(leaderboard.testMetrics[metric] ?? null)}.
        </p>
      )}
      {facts.run.status === "FAILED" && <WayOut facts={facts} />}
    </>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }): ReactElement {
  return (
    <div>
      <dt>{name}</dt>
      <dd title={value}>{value}</dd>
    </div>
  );
}

function modelCount({ models, lost }: RunFacts): string {
  const failed = lost.filter(({ isFailed }) => isFailed).length;
  const givenUp = lost.length - failed;
  const parts = [givenUp > 0 && `${givenUp} given up early`, failed > 0 && `${failed} failed`].filter(Boolean);
  return parts.length === 0 ? String(models.length) : `${models.length}, ${parts.join(", ")}`;
}

function validationOf({ leaderboard, live }: RunFacts): string | null {
  const validation = leaderboard?.validation ?? live.started?.validation;
  return validation === undefined ? null : validationName(validation);
}

/** Elapsed of the limit, and what is being done. */
function Progress({ facts }: { readonly facts: RunFacts }): ReactElement {
  const { automl, run, models, metric } = facts;
  const now = useSeconds();
  if (automl.startedAt === null) {
    const place = automl.queuePosition === null ? "" : `, place ${automl.queuePosition} in the queue`;
    return <ProgressBar label="Waiting for a worker" value={null} text={`Waits for a worker${place}`} />;
  }
  const elapsed = Math.max(0, Math.floor((now - Date.parse(automl.startedAt)) / 1000));
  const limit = timeLimitOf(run.params);
  const best = models[0];
  const count = `${models.length} ${models.length === 1 ? "model" : "models"}`;
  const found = best && metric !== null ? `${count}, best ${formatNumber(best.value)} ${best.name}` : count;
  const time = limit === null ? timeInWords(elapsed) : `${timeInWords(elapsed)} of ${timeInWords(limit)}`;
  return (
    <div className={styles.progress}>
      <ProgressBar
        label={found}
        value={limit === null ? null : Math.min(elapsed, limit)}
        max={limit ?? 1}
        text={time}
      />
      <p className={styles.note} role="status">
        {phaseOf(facts)}
      </p>
    </div>
  );
}

function phaseOf({ automl, live, models }: RunFacts): string {
  if (automl.cancelRequested) return "Ending with the best model so far.";
  if (live.refitting) return `Training ${membersInWords(live.refitting)} on all rows.`;
  if (live.running.size > 0) return `Trying ${[...new Set(live.running.values())].join(", ")}.`;
  return models.length === 0 ? "Reading the rows." : "Searching.";
}

function membersInWords(members: readonly string[]): string {
  return members.length === 1 ? (members[0] ?? "") : `the ${members.length} members of the ensemble`;
}

/** Seconds; null without one. */
function timeLimitOf(params: Readonly<Record<string, string>>): number | null {
  if (params["timeLimit"] !== undefined) return Number(params["timeLimit"]);
  return params["maxTrials"] === undefined ? defaultTime : null;
}

/** Milliseconds since 1970, once a second. */
function useSeconds(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

function WayOut({ facts: { hasModel, models, run } }: { readonly facts: RunFacts }): ReactElement {
  if (hasModel) {
    return (
      <Notice tone="info" title="The best model is there">
        Only what came after the search failed. Register the model with the button above.
      </Notice>
    );
  }
  const kept = models.length === 0 ? "" : ` The ${models.length} models that were found are not tried again.`;
  return (
    <Notice tone="info" title="Go on with it">
      Resume takes the run up where it was.{kept} From a shell: <code>slipway runs resume {run.id}</code>. What it was
      doing stands in its logs.
    </Notice>
  );
}
