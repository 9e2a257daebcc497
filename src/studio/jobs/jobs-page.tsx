import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { createLazyRoute } from "@tanstack/react-router";
import { lazy, Suspense, type ReactElement } from "react";
import { ApiError, type RunItem } from "../../contract/index.ts";
import { infinite } from "../api/index.ts";
import { usePageTitle, useWorkspace } from "../app/index.ts";
import {
  Button,
  CopyAs,
  EmptyState,
  ErrorCard,
  LinkButton,
  Page,
  pagesOf,
  Skeleton,
  Toolbar,
  VisuallyHidden,
  type ListPages,
} from "../kit/index.ts";
import { serverOrigin } from "../viewer/index.ts";
import { SavedViews } from "../views/index.ts";
import { DeleteRuns, TagRuns } from "./bulk-actions.tsx";
import { ColumnsDialog } from "./columns-dialog.tsx";
import { JobsFilters } from "./jobs-filters.tsx";
import { cliOf, listInput, type ListInput } from "./list-query.ts";
import { GroupedRuns } from "./grouped-runs.tsx";
import type { JobsSearch } from "./jobs-search.ts";
import { RunsTable } from "./runs-table.tsx";
import { useChangeJobs } from "./use-change-jobs.ts";
import { useCompareKey } from "./use-compare-key.ts";
import styles from "./jobs-page.module.css";

export const route = createLazyRoute("/w/$workspace/jobs")({ component: JobsPage });

const JobsTimeline = lazy(() => import("./jobs-timeline.tsx"));
const JobsCharts = lazy(() => import("./jobs-charts.tsx"));

const nothing: ListInput = { workspace: "", query: {} };

function JobsPage(): ReactElement {
  usePageTitle("Jobs");
  const workspace = useWorkspace();
  const search = route.useSearch();
  const list = listInput(workspace, search);
  const input = "input" in list ? list.input : nothing;
  const runs = useInfiniteQuery({
    ...infinite("listRuns", input),
    enabled: "input" in list,
    placeholderData: keepPreviousData,
  });
  const refusal = "error" in list ? list.error.message : filterRefusal(runs.error);
  const pages = pagesOf(runs);
  useCompareKey(search.sel ?? []);
  return (
    <Page title="Jobs" actions={<JobsActions search={search} input={input} />}>
      <JobsFilters search={search} error={refusal} />
      <Selected search={search} />
      {runs.error && refusal === undefined ? (
        <ErrorCard error={runs.error} command="slipway runs list" />
      ) : (
        <Rows
          search={search}
          {...pages}
          rows={"error" in list ? [] : pages.rows}
          isLoading={runs.isPending && "input" in list}
          isRefused={refusal !== undefined}
          readAt={runs.dataUpdatedAt}
        />
      )}
    </Page>
  );
}

/** What the server says about a filter belongs below the box. */
function filterRefusal(error: Error | null): string | undefined {
  const problem = error instanceof ApiError ? error.problem : null;
  return problem?.code === "SLW_TRACKING_FILTER" ? problem.detail : undefined;
}

interface SearchProps {
  readonly search: JobsSearch;
}

/** What can be done with the page, and with what is selected. */
function JobsActions({ search, input }: SearchProps & { readonly input: ListInput }): ReactElement {
  const workspace = useWorkspace();
  const change = useChangeJobs();
  const { cols = [], sel = [] } = search;
  return (
    <>
      <SavedViews page="jobs" />
      <CopyAs cli={cliOf(search)} rest={{ method: "GET", path: restPath(workspace, input) }} />
      <ColumnsDialog
        input={input}
        cols={cols}
        onChange={(next) => change({ cols: next.length > 0 ? next : undefined }, { replace: true })}
      />
      {sel.length < 2 ? (
        <Button variant="primary" isDisabled>
          Compare
        </Button>
      ) : (
        <LinkButton
          variant="primary"
          to="/w/$workspace/compare"
          params={{ workspace }}
          search={{ runs: sel }}
          title="c"
        >
          Compare
        </LinkButton>
      )}
    </>
  );
}

function restPath(workspace: string, { query = {} }: ListInput): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const item of [value].flat()) params.append(name, String(item));
  return `/api/v1/workspaces/${workspace}/runs?${params}`;
}

function Selected({ search: { sel = [] } }: SearchProps): ReactElement | null {
  const change = useChangeJobs();
  const clear = (): void => change({ sel: undefined });
  if (sel.length === 0) return null;
  return (
    <Toolbar label="Selected runs">
      <span className={styles.selected} role="status">
        {sel.length} selected
      </span>
      <TagRuns runs={sel} onDone={() => {}} />
      <DeleteRuns runs={sel} onDone={clear} />
      <Button variant="quiet" onPress={clear}>
        Clear
      </Button>
    </Toolbar>
  );
}

interface RowsProps extends SearchProps, ListPages<RunItem> {
  readonly isLoading: boolean;
  /** The filter cannot be read. */
  readonly isRefused: boolean;
  /** Milliseconds since 1970. */
  readonly readAt: number;
}

function Rows({ search, rows, isLoading, isRefused, hasMore, onMore, readAt }: RowsProps): ReactElement | null {
  const change = useChangeJobs();
  const { sel = [], cols = [], sort, view, group } = search;
  const selection = {
    ids: sel,
    onChange: (ids: string[]) => change({ sel: ids.length > 0 ? ids : undefined }, { replace: true }),
    max: 200,
  };
  const empty = isRefused ? <EmptyState title="The filter cannot be read" icon="filter" /> : <NoRuns search={search} />;
  if (view !== undefined)
    return (
      <Suspense fallback={<Skeleton height={320} />}>
        <h2>
          <VisuallyHidden>{view === "timeline" ? "Timeline" : "Charts"}</VisuallyHidden>
        </h2>
        {rows.length === 0 && !isLoading ? (
          empty
        ) : view === "timeline" ? (
          <JobsTimeline runs={rows} now={readAt} hasMore={hasMore} onMore={onMore} />
        ) : (
          <JobsCharts runs={rows} search={search} hasMore={hasMore} onMore={onMore} />
        )}
      </Suspense>
    );
  const table = {
    cols,
    sort,
    selection,
    onSort: (by: string) => change({ sort: by === "-start" ? undefined : by }),
  };
  if (group === "experiment" && rows.length > 0)
    return <GroupedRuns {...table} runs={rows} hasMore={hasMore} onMore={onMore} />;
  return (
    <RunsTable
      {...table}
      label="Runs"
      runs={rows}
      isLoading={isLoading}
      hasMore={hasMore}
      onMore={onMore}
      empty={empty}
    />
  );
}

function NoRuns({ search }: SearchProps): ReactElement {
  const change = useChangeJobs();
  const { q, status, kind, experiment, deleted } = search;
  const workspace = useWorkspace();
  if ([q, status, kind, experiment, deleted].some((asked) => asked !== undefined))
    return (
      <EmptyState
        title="No run matches"
        icon="filter"
        action={
          <Button
            onPress={() =>
              change({ q: undefined, status: undefined, kind: undefined, experiment: undefined, deleted: undefined })
            }
          >
            Clear the filters
          </Button>
        }
      />
    );
  return (
    <EmptyState
      title="Nothing has run yet"
      command={`export MLFLOW_TRACKING_URI=${serverOrigin()}\nexport MLFLOW_TRACKING_TOKEN=$SLIPWAY_TOKEN`}
      action={
        <LinkButton to="/w/$workspace/automl/new" params={{ workspace }}>
          Start AutoML
        </LinkButton>
      }
    >
      Runs of AutoML, of pipelines and of any MLflow client stand here. For a client:
    </EmptyState>
  );
}
