import { useState, type ReactElement } from "react";
import type { PipelineRun, PipelineRunStep } from "../../contract/index.ts";
import { useAction } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { Button, CopyAs, Notice, TextArea, apiPath, slipwayCommand } from "../kit/index.ts";
import styles from "./step-panel.module.css";

/** A person says yes or no, once, and why; the run goes on from there. */
export function StepDecision({
  run,
  step,
}: {
  readonly run: PipelineRun;
  readonly step: PipelineRunStep;
}): ReactElement {
  const workspace = useWorkspace();
  const decide = useAction("decidePipelineStep");
  const [comment, setComment] = useState("");
  const bodyOf = (decision: "approve" | "reject") => ({
    decision,
    ...(comment.trim() !== "" && { comment: comment.trim() }),
  });
  const send = (decision: "approve" | "reject"): void =>
    void decide.run({ workspace, run: run.id, step: step.name, body: bodyOf(decision) }).catch(() => {});
  const why = comment.trim() === "" ? [] : ["--comment", comment.trim()];
  return (
    <Notice tone="warn" title="Somebody has to decide">
      <div className={styles.decision}>
        {step.reason !== null && <p className={styles.text}>{step.reason}</p>}
        <TextArea
          label="Comment"
          description="Kept with the decision; may be left empty."
          rows={2}
          maxLength={2000}
          value={comment}
          onChange={setComment}
        />
        <div className={styles.buttons}>
          <Button variant="primary" isPending={decide.pending} onPress={() => send("approve")}>
            Approve
          </Button>
          <Button variant="danger" isDisabled={decide.pending} onPress={() => send("reject")}>
            Reject
          </Button>
          <CopyAs
            cli={slipwayCommand(["runs", "approve", run.id, step.name, ...why], workspace)}
            rest={{
              method: "POST",
              path: apiPath(workspace, "pipeline-runs", run.id, "steps", step.name, "decision"),
              body: bodyOf("approve"),
            }}
          />
        </div>
      </div>
    </Notice>
  );
}
