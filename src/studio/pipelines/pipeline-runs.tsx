import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { PipelineRunItem } from "../../contract/index.ts";
import { infinite } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import {
  DataTable,
  Duration,
  EmptyState,
  ErrorCard,
  pagesOf,
  RelativeTime,
  Select,
  StatusBadge,
  statusLook,
  Toolbar,
  type Column,
  slipwayCommand,
} from "../kit/index.ts";
import { useRunMenu } from "../runs/index.ts";
import { pipelineRunsInput } from "./inputs.ts";
import { runStatuses, type ChangePipelineSearch } from "./pipeline-search.ts";
import { StepCounts } from "./step-counts.tsx";
import styles from "./pipelines.module.css";

const columns: readonly Column<PipelineRunItem>[] = [
  { id: "name", header: "Run", cell: ({ name }) => name, width: "minmax(140px, 1.4fr)", cardPrimary: true },
  {
    id: "status",
    header: "Status",
    width: 130,
    cardSecondary: true,
    cell: ({ status, statusReason }) => (
      <span title={statusReason ?? undefined}>
        <StatusBadge status={status} />
      </span>
    ),
  },
  {
    id: "steps",
    header: "Steps",
    width: "minmax(140px, 1fr)",
    cardSecondary: true,
    cell: ({ steps }) => <StepCounts steps={steps} />,
  },
  { id: "version", header: "Version", align: "end", width: 80, cell: ({ version }) => version ?? "–" },
  { id: "created", header: "Started", width: 120, cell: ({ createdAt }) => <RelativeTime at={createdAt} /> },
  {
    id: "time",
    header: "Time",
    align: "end",
    width: 120,
    cell: ({ startedAt, endedAt }) => <Duration from={startedAt} to={startedAt === null ? undefined : endedAt} />,
  },
  {
    id: "by",
    header: "Started by",
    width: 120,
    cell: ({ user, schedule }) => (schedule === null ? user : "a schedule"),
  },
];

export interface PipelineRunsProps {
  readonly pipeline: string;
  readonly status: string | undefined;
  readonly change: ChangePipelineSearch;
}

export function PipelineRuns({ pipeline, status, change }: PipelineRunsProps): ReactElement {
  const workspace = useWorkspace();
  const { menuOf, dialog } = useRunMenu();
  const list = useInfiniteQuery(infinite("listPipelineRuns", pipelineRunsInput(workspace, pipeline, status)));
  if (list.error) return <ErrorCard error={list.error} command={slipwayCommand(["runs", "list"], workspace)} />;
  return (
    <div className={styles.stack}>
      <Toolbar>
        <Select
          label="Status"
          isLabelHidden
          value={status ?? "all"}
          options={[
            { id: "all", label: "All states" },
            ...runStatuses.map((id) => ({ id, label: statusLook(id).label })),
          ]}
          onChange={(id) => change({ status: id === "all" ? undefined : id })}
        />
      </Toolbar>
      <DataTable
        {...pagesOf(list)}
        label={`Runs of ${pipeline}`}
        columns={columns}
        rowId={rowId}
        rowHref={({ id }) => ({ to: "/w/$workspace/jobs/$run", params: { workspace, run: id } })}
        rowMenu={(run) => menuOf({ ...run, kind: "pipeline", lifecycle: "active" })}
        isLoading={list.isPending}
        empty={
          status === undefined ? (
            <EmptyState
              title="It has not run yet"
              command={slipwayCommand(["pipelines", "run", pipeline, "--wait"], workspace)}
            />
          ) : (
            <EmptyState title="No run is in this state" />
          )
        }
      />
      {dialog}
    </div>
  );
}

const rowId = ({ id }: PipelineRunItem): string => id;
