/** What starts a pipeline by itself: its schedules, and one of them beside them. */
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { Schedule } from "../../contract/index.ts";
import { infinite } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import {
  DataTable,
  EmptyState,
  ErrorCard,
  LinkButton,
  pagesOf,
  RelativeTime,
  StatusBadge,
  Toolbar,
  type Column,
  slipwayCommand,
} from "../kit/index.ts";
import { schedulesInput } from "./inputs.ts";
import type { ChangePipelineSearch } from "./pipeline-search.ts";
import { SchedulePanel } from "./schedule-panel.tsx";
import { triggerText } from "./schedule-trigger.ts";
import { useScheduleMenu } from "./use-schedule-menu.tsx";
import styles from "./pipelines.module.css";

const columns: readonly Column<Schedule>[] = [
  { id: "name", header: "Name", cell: ({ name }) => name, width: "minmax(120px, 1fr)", cardPrimary: true },
  {
    id: "state",
    header: "State",
    width: 120,
    cell: (schedule) => <ScheduleState schedule={schedule} />,
    cardSecondary: true,
  },
  {
    id: "trigger",
    header: "Trigger",
    width: "minmax(180px, 2fr)",
    cell: ({ trigger }) => <span title={triggerText(trigger)}>{triggerText(trigger)}</span>,
  },
  {
    id: "next",
    header: "Next",
    width: 110,
    cell: ({ nextAt, paused }) => <RelativeTime at={paused ? null : nextAt} />,
    cardSecondary: true,
  },
];

export function ScheduleState({ schedule }: { readonly schedule: Schedule }): ReactElement {
  if (schedule.paused) return <StatusBadge status="DISABLED" label="Paused" />;
  return schedule.problem === null ? <StatusBadge status="ACTIVE" /> : <StatusBadge status="STALE" label="Problem" />;
}

export interface PipelineSchedulesProps {
  readonly pipeline: string;
  /** Name of the schedule that is shown beside the list. */
  readonly open: string | undefined;
  readonly change: ChangePipelineSearch;
}

export function PipelineSchedules({ pipeline, open, change }: PipelineSchedulesProps): ReactElement {
  const workspace = useWorkspace();
  const { menuOf, dialog } = useScheduleMenu();
  const list = useInfiniteQuery(infinite("listSchedules", schedulesInput(workspace, pipeline)));
  if (list.error) return <ErrorCard error={list.error} command={slipwayCommand(["schedules", "list"], workspace)} />;
  const pages = pagesOf(list);
  const chosen = pages.rows.find(({ name }) => name === open);
  return (
    <div className={chosen ? styles.split : undefined}>
      <div className={styles.stack}>
        <Toolbar>
          <LinkButton icon="plus" to="/w/$workspace/schedules/new" params={{ workspace }} search={{ pipeline }}>
            New schedule
          </LinkButton>
        </Toolbar>
        <DataTable
          {...pages}
          label={`Schedules of ${pipeline}`}
          columns={columns}
          rowId={rowId}
          onOpen={({ name }) => change({ schedule: name })}
          rowMenu={menuOf}
          isLoading={list.isPending}
          {...(chosen && { openId: chosen.name })}
          empty={
            <EmptyState
              title="Nothing starts it by itself"
              command={slipwayCommand(
                ["schedules", "create", "nightly", "--pipeline", pipeline, "--cron", "0 3 * * *"],
                workspace,
              )}
            >
              A schedule starts it at times, when data is new, or when something happens.
            </EmptyState>
          }
        />
      </div>
      {dialog}
      {chosen && <SchedulePanel key={chosen.id} schedule={chosen} onClose={() => change({ schedule: undefined })} />}
    </div>
  );
}

const rowId = ({ name }: Schedule): string => name;
