import type { ReactElement } from "react";
import type { Action } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { apiPath, ConfirmDialog, slipwayCommand } from "../kit/index.ts";

interface DeleteProps {
  readonly schedule: string;
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
  readonly remove: Action<"deleteSchedule">;
  readonly onDeleted?: () => void;
}

export function DeleteSchedule({ schedule, remove, onDeleted, ...dialog }: DeleteProps): ReactElement {
  const workspace = useWorkspace();
  return (
    <ConfirmDialog
      {...dialog}
      title={`Delete ${schedule}`}
      confirmLabel="Delete"
      isDanger
      onConfirm={async () => {
        await remove.run({ workspace, schedule });
        onDeleted?.();
      }}
      cli={slipwayCommand(["schedules", "delete", schedule], workspace)}
      rest={{ method: "DELETE", path: apiPath(workspace, "schedules", schedule) }}
    >
      It starts nothing any more. The runs that it has started stay; when it fired is forgotten.
    </ConfirmDialog>
  );
}
