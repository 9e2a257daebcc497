import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import type { Run } from "../../contract/index.ts";
import { useAction } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { Button, Menu } from "../kit/index.ts";
import { DeleteRun } from "./delete-run.tsx";
import { canCancel, canResume } from "./run-state.ts";

/** What can be done to a run as it is now. */
export function RunActions({ run }: { readonly run: Run }): ReactElement {
  const workspace = useWorkspace();
  const input = { workspace, run: run.id };
  const cancel = useAction("cancelRun", { success: "The run is being cancelled; what it has so far is kept" });
  const resume = useAction("resumeRun", { success: "The run goes on" });
  const restore = useAction("restoreRun", { success: "The run is restored" });
  const navigate = useNavigate();
  const [asks, setAsks] = useState(false);
  if (run.lifecycle === "deleted")
    return (
      <Button isPending={restore.pending} onPress={() => void restore.run(input).catch(() => {})}>
        Restore
      </Button>
    );
  return (
    <>
      <Menu
        label="More about the run"
        icon="more"
        items={[{ id: "delete", label: "Delete", danger: true, onAction: () => setAsks(true) }]}
      />
      {canResume(run) && (
        <Button isPending={resume.pending} onPress={() => void resume.run(input).catch(() => {})}>
          Resume
        </Button>
      )}
      {canCancel(run) && (
        <Button isPending={cancel.pending} onPress={() => void cancel.run(input).catch(() => {})}>
          Cancel
        </Button>
      )}
      <DeleteRun
        run={run}
        isOpen={asks}
        onOpenChange={setAsks}
        onDeleted={() => navigate({ to: "/w/$workspace/jobs", params: { workspace } })}
      />
    </>
  );
}
