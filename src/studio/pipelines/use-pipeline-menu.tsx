/** The menu of a pipeline in the list. */
import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import type { Pipeline } from "../../contract/index.ts";
import { useAction } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { restOf, slipwayCommand, type MenuEntry, type RowMenu } from "../kit/index.ts";
import { ArchivePipeline } from "./archive-pipeline.tsx";

interface PipelineMenu {
  readonly menuOf: (pipeline: Pipeline) => RowMenu;
  /** What an entry asks in. */
  readonly dialog: ReactNode;
}

export function usePipelineMenu(): PipelineMenu {
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const [archived, setArchived] = useState<string | null>(null);
  const restore = useAction("updatePipeline", { success: "The pipeline is there again" });
  const menuOf = ({ name, archived: isArchived }: Pipeline): RowMenu => {
    const params = { workspace, pipeline: name };
    const tab = (id: "runs" | "schedules", label: string): MenuEntry => ({
      id,
      label,
      onAction: () => void navigate({ to: "/w/$workspace/pipelines/$pipeline", params, search: { tab: id } }),
    });
    return {
      cli: slipwayCommand(["pipelines", "show", name], workspace),
      rest: restOf("GET", workspace, "pipelines", name),
      actions: [
        {
          id: "run",
          label: "Run",
          icon: "play",
          isDisabled: isArchived,
          onAction: () => void navigate({ to: "/w/$workspace/pipelines/$pipeline/run", params }),
        },
        tab("runs", "Its runs"),
        tab("schedules", "Its schedules"),
        isArchived
          ? {
              id: "restore",
              label: "Take back from the archive",
              icon: "archive",
              startsGroup: true,
              onAction: () =>
                void restore.run({ workspace, pipeline: name, body: { archived: false } }).catch(() => undefined),
            }
          : {
              id: "archive",
              label: "Archive",
              icon: "archive",
              danger: true,
              startsGroup: true,
              onAction: () => setArchived(name),
            },
      ],
    };
  };
  const dialog = archived !== null && (
    <ArchivePipeline pipeline={archived} isOpen onOpenChange={() => setArchived(null)} />
  );
  return { menuOf, dialog };
}
