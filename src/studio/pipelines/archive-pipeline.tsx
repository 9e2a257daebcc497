import type { ReactElement } from "react";
import { useAction } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { apiPath, ConfirmDialog, slipwayCommand } from "../kit/index.ts";

interface ArchiveProps {
  readonly pipeline: string;
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
}

export function ArchivePipeline({ pipeline, ...dialog }: ArchiveProps): ReactElement {
  const workspace = useWorkspace();
  const archive = useAction("updatePipeline", { success: `${pipeline} is archived` });
  const body = { archived: true };
  return (
    <ConfirmDialog
      {...dialog}
      title={`Archive ${pipeline}`}
      confirmLabel="Archive"
      isDanger
      onConfirm={() => archive.run({ workspace, pipeline, body })}
      cli={slipwayCommand(["pipelines", "archive", pipeline], workspace)}
      rest={{ method: "PATCH", path: apiPath(workspace, "pipelines", pipeline), body }}
    >
      It leaves the lists, and is no longer started: neither by its address nor by schedules. Its runs stay, and it can
      be taken back.
    </ConfirmDialog>
  );
}
