import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { PipelineRun, PipelineRunStep, StepReason } from "../../contract/index.ts";
import { query } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { CopyAs, ErrorCard, Skeleton, apiPath, slipwayCommand } from "../kit/index.ts";
import styles from "./step-panel.module.css";

/** What made the step run, or allowed to take what an earlier run gave: the exact differences. */
export function StepWhy({ run, step }: { readonly run: PipelineRun; readonly step: PipelineRunStep }): ReactElement {
  const workspace = useWorkspace();
  const input = { workspace, run: run.id, step: step.name };
  // No event tells of it, and it changes with the step's state.
  const { data: why, error } = useQuery({ ...query("explainPipelineStep", input), staleTime: 0 });
  const command = slipwayCommand(["runs", "why", run.id, step.name], workspace);
  if (error) return <ErrorCard error={error} command={command} />;
  if (!why) return <Skeleton lines={3} />;
  return (
    <div className={styles.details}>
      <p className={styles.text}>
        {/* What has not run has no past tense. */}
        {step.startedAt === null && !why.reused ? "" : why.reused ? "It was reused: " : "It ran: "}
        {why.reason}.
      </p>
      {why.differences.length > 0 && <Differences differences={why.differences} />}
      <div className={styles.start}>
        <CopyAs
          cli={command}
          rest={{ method: "GET", path: apiPath(workspace, "pipeline-runs", run.id, "steps", step.name, "why") }}
        />
      </div>
    </div>
  );
}

function Differences({ differences }: Pick<StepReason, "differences">): ReactElement {
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <caption>What is different</caption>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Before</th>
            <th scope="col">Now</th>
          </tr>
        </thead>
        <tbody>
          {differences.map(({ what, before, after }) => (
            <tr key={what}>
              <th scope="row">{what}</th>
              <td>
                <code>{before ?? "–"}</code>
              </td>
              <td>
                <code>{after ?? "–"}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
