import type { ReactElement } from "react";
import type { RunItem } from "../../contract/index.ts";
import { useAction } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { ConfirmDialog, restOf, slipwayCommand } from "../kit/index.ts";

interface DeleteRunProps {
  readonly run: Pick<RunItem, "id" | "name">;
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
  /** On the page of the run: leaves it. */
  readonly onDeleted?: () => Promise<void>;
}

export function DeleteRun({ run, onDeleted, ...dialog }: DeleteRunProps): ReactElement {
  const workspace = useWorkspace();
  const remove = useAction("deleteRun", { success: `${run.name} is deleted` });
  const onConfirm = async (): Promise<void> => {
    await remove.run({ workspace, run: run.id });
    await onDeleted?.();
  };
  return (
    <ConfirmDialog
      {...dialog}
      title={`Delete ${run.name}`}
      confirmLabel="Delete"
      isDanger
      onConfirm={onConfirm}
      cli={slipwayCommand(["runs", "delete", run.id], workspace)}
      rest={restOf("DELETE", workspace, "runs", run.id)}
    >
      Its parts are deleted with it. It can be restored until deleted runs are purged.
    </ConfirmDialog>
  );
}
