import { Link } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import type { Overview } from "../../contract/index.ts";
import { useAction } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { Button, Card, CopyAs, Dialog, EmptyState, RelativeTime, StatusBadge, TextArea } from "../kit/index.ts";
import styles from "./home.module.css";

type Approval = Overview["approvals"][number];

/** Failures that are shown; the rest is a link. */
const shownFailures = 6;

interface NeedsYouProps {
  readonly approvals: Overview["approvals"];
  readonly failed: Overview["failed"];
}

/** Steps that wait for a decision, and what has failed. */
export function NeedsYou({ approvals, failed }: NeedsYouProps): ReactElement {
  const workspace = useWorkspace();
  return (
    <Card title="Needs you" description="Approvals, and failures of the last 24 hours">
      {approvals.length + failed.length === 0 && <EmptyState title="Nothing waits for anybody" icon="check" />}
      <ul className={styles.list}>
        {approvals.map((approval) => (
          <ApprovalItem key={`${approval.run} ${approval.step}`} approval={approval} />
        ))}
        {failed.slice(0, shownFailures).map(({ id, name, status, statusReason, endedAt, createdAt }) => (
          <li key={id} className={styles.item}>
            <div className={styles.line}>
              <Link to="/w/$workspace/jobs/$run" params={{ workspace, run: id }} className={styles.name}>
                {name}
              </Link>
              <StatusBadge status={status} />
              <span className={styles.when}>
                <RelativeTime at={endedAt ?? createdAt} />
              </span>
            </div>
            <p className={styles.reason}>
              {statusReason ?? "No reason was given."}{" "}
              <Link to="/w/$workspace/jobs/$run" params={{ workspace, run: id }} search={{ tab: "logs" }}>
                Log
              </Link>
            </p>
          </li>
        ))}
      </ul>
      {failed.length > shownFailures && (
        <p className={styles.more}>
          <Link to="/w/$workspace/jobs" params={{ workspace }} search={{ status: "FAILED" }}>
            All failed runs
          </Link>
        </p>
      )}
    </Card>
  );
}

function ApprovalItem({ approval }: { readonly approval: Approval }): ReactElement {
  const workspace = useWorkspace();
  const { run, runName, step, reason, since } = approval;
  const [decision, setDecision] = useState<"approve" | "reject" | null>(null);
  return (
    <li className={styles.item}>
      <div className={styles.line}>
        <Link to="/w/$workspace/jobs/$run" params={{ workspace, run }} search={{ step }} className={styles.name}>
          {runName}: {step}
        </Link>
        <span className={styles.when}>
          waits since <RelativeTime at={since} />
        </span>
        <Button size="small" variant="primary" onPress={() => setDecision("approve")}>
          Approve
        </Button>
        <Button size="small" onPress={() => setDecision("reject")}>
          Reject
        </Button>
      </div>
      {reason !== null && <p className={styles.reason}>{reason}</p>}
      {decision !== null && <Decision approval={approval} decision={decision} onClose={() => setDecision(null)} />}
    </li>
  );
}

interface DecisionProps {
  readonly approval: Approval;
  readonly decision: "approve" | "reject";
  readonly onClose: () => void;
}

function Decision({ approval: { run, runName, step }, decision, onClose }: DecisionProps): ReactElement {
  const workspace = useWorkspace();
  const decide = useAction("decidePipelineStep", {
    success: decision === "approve" ? `${step} goes on` : `${step} is rejected`,
  });
  const [comment, setComment] = useState("");
  const body = { decision, ...(comment !== "" && { comment }) };
  const word = decision === "approve" ? "Approve" : "Reject";
  const submit = async (): Promise<void> => {
    await decide.run({ workspace, run, step, body });
    onClose();
  };
  const path = `/api/v1/workspaces/${workspace}/pipeline-runs/${run}/steps/${encodeURIComponent(step)}/decision`;
  return (
    <Dialog
      title={`${word} ${step} of ${runName}`}
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      actions={
        <>
          <CopyAs cli={`slipway runs ${decision} ${run} ${step}`} rest={{ method: "POST", path, body }} />
          <Button onPress={onClose}>Cancel</Button>
          <Button
            variant={decision === "approve" ? "primary" : "danger"}
            isPending={decide.pending}
            onPress={() => void submit().catch(() => {})}
          >
            {word}
          </Button>
        </>
      }
    >
      <TextArea
        label="Comment"
        description="Kept with the decision."
        value={comment}
        onChange={setComment}
        maxLength={2000}
        autoFocus
      />
    </Dialog>
  );
}
