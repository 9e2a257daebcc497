/** The menu of a schedule in the list. */
import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import type { Schedule } from "../../contract/index.ts";
import { useAction } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { restOf, slipwayCommand, type MenuEntry, type RowMenu } from "../kit/index.ts";
import { DeleteSchedule } from "./delete-schedule.tsx";

interface ScheduleMenu {
  readonly menuOf: (schedule: Schedule) => RowMenu;
  /** What an entry asks in. */
  readonly dialog: ReactNode;
}

export function useScheduleMenu(): ScheduleMenu {
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const [deleted, setDeleted] = useState<string | null>(null);
  const update = useAction("updateSchedule", { success: "The schedule is changed" });
  const start = useAction("runSchedule", { success: "The schedule has started its pipeline" });
  const remove = useAction("deleteSchedule", { success: "The schedule is deleted" });
  const menuOf = ({ name, paused, pipeline }: Schedule): RowMenu => {
    const input = { workspace, schedule: name };
    const atOnce = (id: string, label: string, act: () => Promise<unknown>): MenuEntry => ({
      id,
      label,
      description: slipwayCommand(["schedules", id, name], workspace),
      onAction: () => void act().catch(() => undefined),
    });
    return {
      cli: slipwayCommand(["schedules", "show", name], workspace),
      rest: restOf("GET", workspace, "schedules", name),
      actions: [
        atOnce("run", "Run now", () => start.run(input)),
        paused
          ? atOnce("resume", "Resume", () => update.run({ ...input, body: { paused: false } }))
          : atOnce("pause", "Pause", () => update.run({ ...input, body: { paused: true } })),
        {
          id: "change",
          label: "Change",
          icon: "pencil",
          onAction: () =>
            void navigate({
              to: "/w/$workspace/schedules/new",
              params: { workspace },
              search: { pipeline, schedule: name },
            }),
        },
        {
          id: "delete",
          label: "Delete",
          icon: "trash",
          danger: true,
          startsGroup: true,
          onAction: () => setDeleted(name),
        },
      ],
    };
  };
  const dialog = deleted !== null && (
    <DeleteSchedule schedule={deleted} isOpen onOpenChange={() => setDeleted(null)} remove={remove} />
  );
  return { menuOf, dialog };
}
