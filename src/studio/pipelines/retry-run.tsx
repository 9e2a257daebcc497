import { useState, type ReactElement } from "react";
import type { PipelineRun } from "../../contract/index.ts";
import { useAction } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { Button, ConfirmDialog, LinkButton, apiPath, slipwayCommand } from "../kit/index.ts";

/** Runs again what did not end well, once the run has ended; a run that ended well is started anew. */
export function RetryRun({ run }: { readonly run: PipelineRun }): ReactElement | null {
  const workspace = useWorkspace();
  const retry = useAction("retryPipelineRun", { success: "What did not end well runs again" });
  if (run.status === "FAILED" || run.status === "KILLED")
    return (
      <Button
        variant="primary"
        isPending={retry.pending}
        onPress={() => void retry.run({ workspace, run: run.id, body: {} }).catch(() => {})}
      >
        Retry failed
      </Button>
    );
  if (run.version === null) return null;
  return (
    <LinkButton
      to="/w/$workspace/pipelines/$pipeline/run"
      params={{ workspace, pipeline: run.pipeline }}
      search={{ from: run.id }}
    >
      Run again
    </LinkButton>
  );
}

/** Runs a step and all after it again, also where they finished. */
export function RetryFrom({ run, step }: { readonly run: PipelineRun; readonly step: string }): ReactElement {
  const workspace = useWorkspace();
  const [asks, setAsks] = useState(false);
  const retry = useAction("retryPipelineRun", { success: `${step} and what comes after it run again` });
  const body = { from: step };
  return (
    <>
      <Button size="small" onPress={() => setAsks(true)}>
        Retry from here
      </Button>
      <ConfirmDialog
        title={`Run again from ${step}`}
        isOpen={asks}
        onOpenChange={setAsks}
        confirmLabel="Run again"
        onConfirm={() => retry.run({ workspace, run: run.id, body })}
        cli={slipwayCommand(["runs", "retry", run.id, "--from", step], workspace)}
        rest={{ method: "POST", path: apiPath(workspace, "pipeline-runs", run.id, "retry"), body }}
      >
        This step and all after it run again, also what has finished. What came before is kept.
      </ConfirmDialog>
    </>
  );
}
