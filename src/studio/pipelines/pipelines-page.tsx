import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { createLazyRoute } from "@tanstack/react-router";
import { useMemo, type ReactElement } from "react";
import type { Pipeline, PipelineRunItem } from "../../contract/index.ts";
import { infinite, query } from "../api/index.ts";
import { usePageTitle } from "../app/index.ts";
import {
  Checkbox,
  CopyAs,
  CopyButton,
  DataTable,
  EmptyState,
  LinkButton,
  Page,
  pagesOf,
  RelativeTime,
  SearchBox,
  sortedBy,
  StatusBadge,
  Toolbar,
  type Column,
  useSearchOf,
  apiPath,
  slipwayCommand,
} from "../kit/index.ts";
import { SavedViews } from "../views/index.ts";
import { latestRunsInput, pipelineListInput } from "./inputs.ts";
import type { PipelineListSearch } from "./pipeline-search.ts";
import { usePipelineMenu } from "./use-pipeline-menu.tsx";
import styles from "./pipelines.module.css";

export const route = createLazyRoute("/w/$workspace/pipelines")({ component: PipelinesPage });

function PipelinesPage(): ReactElement {
  usePageTitle("Pipelines");
  const { workspace } = route.useParams();
  return (
    <Page
      title="Pipelines"
      actions={
        <>
          <SavedViews page="pipelines" />
          <CopyAs
            cli={slipwayCommand(["pipelines", "list"], workspace)}
            rest={{ method: "GET", path: apiPath(workspace, "pipelines") }}
          />
          <LinkButton variant="primary" icon="plus" to="/w/$workspace/pipelines/new" params={{ workspace }}>
            New pipeline
          </LinkButton>
        </>
      }
    >
      <Filters />
      <PipelineTable />
    </Page>
  );
}

function Filters(): ReactElement {
  const [{ q, archived }, change] = useSearchOf("/w/$workspace/pipelines");
  return (
    <Toolbar>
      <SearchBox label="Search pipelines by name" value={q} onSearch={(text) => change({ q: text })} />
      <Checkbox
        label="Archived ones, too"
        value={archived ?? false}
        onChange={(on) => change({ archived: on || undefined })}
      />
    </Toolbar>
  );
}

interface Row {
  readonly pipeline: Pipeline;
  readonly last: PipelineRunItem | undefined;
}

const columns: readonly Column<Row>[] = [
  {
    id: "name",
    header: "Name",
    sortable: true,
    cell: ({ pipeline }) => pipeline.name,
    width: "minmax(160px, 1.6fr)",
    cardPrimary: true,
  },
  {
    id: "status",
    header: "Status",
    width: 130,
    cardSecondary: true,
    cell: ({ pipeline }) => <StatusBadge status={pipeline.archived ? "ARCHIVED" : pipeline.status} />,
  },
  {
    id: "version",
    header: "Default / latest",
    width: 120,
    align: "end",
    cell: ({ pipeline }) => `${pipeline.defaultVersion} / ${pipeline.latestVersion}`,
  },
  { id: "last", header: "Last run", width: 210, cardSecondary: true, cell: ({ last }) => <LastRun run={last} /> },
  {
    id: "description",
    header: "Description",
    width: "minmax(140px, 2fr)",
    cell: ({ pipeline }) => <span title={pipeline.description}>{pipeline.description}</span>,
  },
  {
    id: "updated",
    header: "Changed",
    sortable: true,
    descendingFirst: true,
    width: 110,
    cell: ({ pipeline }) => <RelativeTime at={pipeline.updatedAt} />,
  },
  {
    id: "endpoint",
    header: "REST address",
    width: 110,
    cell: ({ pipeline }) => <CopyButton isWide label="Copy" text={pipeline.endpoint} />,
  },
];

function LastRun({ run }: { readonly run: PipelineRunItem | undefined }): ReactElement {
  if (!run) return <span className={styles.faint}>–</span>;
  return (
    <span className={styles.last}>
      <StatusBadge status={run.status} /> <RelativeTime at={run.createdAt} />
    </span>
  );
}

function PipelineTable(): ReactElement {
  const { workspace } = route.useParams();
  const [search, change] = useSearchOf("/w/$workspace/pipelines");
  const list = useInfiniteQuery(infinite("listPipelines", pipelineListInput(workspace, search)));
  const runs = useQuery(query("listPipelineRuns", latestRunsInput(workspace))).data;
  const pages = pagesOf(list);
  const lastRuns = useMemo(() => {
    // Newest first, so the first of each is its last run.
    const last = new Map<string, PipelineRunItem>();
    for (const run of runs?.items ?? []) if (!last.has(run.pipeline)) last.set(run.pipeline, run);
    return last;
  }, [runs]);
  const { menuOf, dialog } = usePipelineMenu();
  return (
    <>
      <DataTable
        {...pages}
        {...sortedBy(search.sort ?? "name", (sort) => change({ sort: sort === "name" ? undefined : sort }))}
        label="Pipelines"
        columns={columns}
        rows={pages.rows.map((pipeline): Row => ({ pipeline, last: lastRuns.get(pipeline.name) }))}
        rowId={rowId}
        rowHref={({ pipeline }) => ({
          to: "/w/$workspace/pipelines/$pipeline",
          params: { workspace, pipeline: pipeline.name },
        })}
        rowMenu={({ pipeline }) => menuOf(pipeline)}
        isLoading={list.isPending}
        empty={<Empty search={search} />}
      />
      {dialog}
    </>
  );
}

const rowId = ({ pipeline }: Row): string => pipeline.name;

function Empty({ search }: { readonly search: PipelineListSearch }): ReactElement {
  const { workspace } = route.useParams();
  if (search.q !== undefined) return <EmptyState title={`No pipeline has “${search.q}” in its name`} />;
  return (
    <EmptyState
      title="No pipeline is published yet"
      command="slipway pipelines publish examples/pipelines/bank-marketing/pipeline.yaml"
      action={
        <LinkButton to="/w/$workspace/pipelines/new" params={{ workspace }}>
          Begin with an example
        </LinkButton>
      }
    >
      A pipeline checks data, trains, evaluates, registers and deploys; published, it has a REST address that starts it.
    </EmptyState>
  );
}
