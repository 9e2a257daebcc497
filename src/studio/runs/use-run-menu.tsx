/** The menu of a run in lists. */
import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import type { RunItem } from "../../contract/index.ts";
import { useAction } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { restOf, slipwayCommand, type MenuEntry, type RowMenu } from "../kit/index.ts";
import { CancelRun } from "./cancel-run.tsx";
import { DeleteRun } from "./delete-run.tsx";
import { canCancel, canResume, canRetry } from "./run-state.ts";

type ListedRun = Pick<RunItem, "id" | "name" | "status" | "kind" | "lifecycle">;

interface RunMenu {
  /** @param own what a list offers besides, first */
  readonly menuOf: (run: ListedRun, own?: readonly MenuEntry[]) => RowMenu;
  /** What an entry asks in. */
  readonly dialog: ReactNode;
}

export function useRunMenu(): RunMenu {
  const workspace = useWorkspace();
  const [asked, ask] = useState<{ readonly about: "cancel" | "delete"; readonly run: ListedRun } | null>(null);
  const again = useAgain();
  const menuOf: RunMenu["menuOf"] = (run, own = []) => ({
    cli: slipwayCommand(["runs", "show", run.id], workspace),
    rest: restOf("GET", workspace, "runs", run.id),
    actions: [
      ...own,
      ...again(run),
      ...(canCancel(run)
        ? [{ id: "cancel", label: "Cancel", icon: "stop" as const, onAction: () => ask({ about: "cancel", run }) }]
        : []),
      ...(run.lifecycle === "active"
        ? [
            {
              id: "delete",
              label: "Delete",
              icon: "trash" as const,
              danger: true,
              onAction: () => ask({ about: "delete", run }),
            },
          ]
        : []),
    ],
  });
  const close = (): void => ask(null);
  const dialog = asked && (
    <>
      {asked.about === "cancel" && <CancelRun run={asked.run} onClose={close} />}
      {asked.about === "delete" && <DeleteRun run={asked.run} isOpen onOpenChange={close} />}
    </>
  );
  return { menuOf, dialog };
}

/** What takes a run up once more: it names its command, and happens at once. */
function useAgain(): (run: ListedRun) => MenuEntry[] {
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const resume = useAction("resumeRun", { success: "The run goes on" });
  const retry = useAction("retryPipelineRun", { success: "What did not end well runs again" });
  const restore = useAction("restoreRun", { success: "The run is restored" });
  return ({ id: run, kind, ...state }) => {
    const entry = (id: string, label: string, act: () => Promise<unknown>): MenuEntry => ({
      id,
      label,
      description: slipwayCommand(["runs", id, run], workspace),
      onAction: () => void act().catch(() => undefined),
    });
    const entries: MenuEntry[] = [];
    if (canResume({ kind, ...state })) entries.push(entry("resume", "Resume", () => resume.run({ workspace, run })));
    if (canRetry({ kind, ...state }))
      entries.push(entry("retry", "Retry failed steps", () => retry.run({ workspace, run, body: {} })));
    if (state.lifecycle === "deleted") entries.push(entry("restore", "Restore", () => restore.run({ workspace, run })));
    if (kind === "automl")
      entries.push({
        id: "clone",
        label: "Clone: a new run with its options",
        icon: "copy",
        onAction: () => void navigate({ to: "/w/$workspace/automl/new", params: { workspace }, search: { from: run } }),
      });
    return entries;
  };
}
