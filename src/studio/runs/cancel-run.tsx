import type { ReactElement } from "react";
import type { RunItem } from "../../contract/index.ts";
import { useAction } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { ConfirmDialog, restOf, slipwayCommand } from "../kit/index.ts";

interface CancelRunProps {
  readonly run: Pick<RunItem, "id" | "name">;
  readonly onClose: () => void;
}

/** Asks first: in a list the row beside it is one key away. */
export function CancelRun({ run, onClose }: CancelRunProps): ReactElement {
  const workspace = useWorkspace();
  const cancel = useAction("cancelRun", { success: "The run is being cancelled; what it has so far is kept" });
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={`Cancel ${run.name}`}
      confirmLabel="Cancel the run"
      isDanger
      onConfirm={() => cancel.run({ workspace, run: run.id })}
      cli={slipwayCommand(["runs", "cancel", run.id], workspace)}
      rest={restOf("POST", workspace, "runs", run.id, "/cancel")}
    >
      What it has so far is kept.
    </ConfirmDialog>
  );
}
