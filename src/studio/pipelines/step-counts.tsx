import type { ReactElement } from "react";
import type { PipelineRunItem } from "../../contract/index.ts";
import { statusLook } from "../kit/index.ts";
import styles from "./step-counts.module.css";

const order = ["FINISHED", "RUNNING", "APPROVAL", "QUEUED", "WAITING", "SKIPPED", "KILLED", "FAILED"] as const;

/** How many steps are in each state, as a bar and in words. */
export function StepCounts({ steps }: Pick<PipelineRunItem, "steps">): ReactElement {
  const all = order.flatMap((state) => (steps[state] === undefined ? [] : [{ state, count: steps[state] }]));
  const total = all.reduce((sum, { count }) => sum + count, 0);
  const words = all.map(
    ({ state, count }) => `${count} ${state === "APPROVAL" ? "need approval" : statusLook(state).label.toLowerCase()}`,
  );
  const ended = total - (steps.RUNNING ?? 0) - (steps.APPROVAL ?? 0) - (steps.QUEUED ?? 0) - (steps.WAITING ?? 0);
  return (
    <span className={styles.counts} title={words.join(", ")}>
      <span className={styles.bar} aria-hidden="true">
        {all.map(({ state, count }) => (
          <span key={state} className={styles.part} data-state={state} style={{ flexGrow: count }} />
        ))}
      </span>
      <span>
        {ended} of {total}
      </span>
    </span>
  );
}
