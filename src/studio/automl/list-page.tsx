import { useInfiniteQuery, useQueries } from "@tanstack/react-query";
import { createLazyRoute, Link, useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { AutoMLRun, MetricValue } from "../../contract/index.ts";
import { infinite, steadyQuery } from "../api/index.ts";
import { usePageTitle, useWorkspace } from "../app/index.ts";
import { Sparkline } from "../charts/index.ts";
import {
  ComboBox,
  CopyAs,
  DataTable,
  Duration,
  EmptyState,
  Icon,
  LinkButton,
  Page,
  pagesOf,
  RelativeTime,
  SearchBox,
  Select,
  StatusBadge,
  Toolbar,
  formatNumber,
  sentenceCase,
  useSearchOf,
  type Column,
} from "../kit/index.ts";
import { SavedViews } from "../views/index.ts";
import { useRunMenu } from "../runs/index.ts";
import { listInput, runStatuses } from "./inputs.ts";
import styles from "./list.module.css";

export const route = createLazyRoute("/w/$workspace/automl")({ component: AutoMLPage });

function AutoMLPage(): ReactElement {
  usePageTitle("Automated ML");
  const workspace = useWorkspace();
  const [search] = useSearchOf("/w/$workspace/automl");
  const list = useInfiniteQuery(infinite("listAutoMLRuns", listInput(workspace, search)));
  const pages = pagesOf(list);
  const progress = useProgress(workspace, pages.rows);
  const { rowMenu, dialog } = useAutoMLMenu();
  return (
    <Page
      title="Automated ML"
      actions={
        <>
          <SavedViews page="automl" />
          <CopyAs
            cli="slipway runs list --kind automl"
            rest={{ method: "GET", path: `/api/v1/workspaces/${workspace}/automl-runs` }}
          />
          <LinkButton variant="primary" icon="plus" to="/w/$workspace/automl/new" params={{ workspace }} search={{}}>
            New run
          </LinkButton>
        </>
      }
    >
      <Filters runs={pages.rows} />
      <DataTable
        {...pages}
        label="AutoML runs, the newest first"
        columns={columnsOf(workspace, progress)}
        rowId={({ id }) => id}
        rowLabel={({ name }) => name}
        rowHref={({ id }) => ({ to: "/w/$workspace/jobs/$run", params: { workspace, run: id } })}
        rowMenu={rowMenu}
        isLoading={list.isLoading}
        empty={
          <Empty
            isFiltered={[search.q, search.status, search.dataset].some((asked) => asked !== undefined)}
            workspace={workspace}
          />
        }
      />
      {dialog}
    </Page>
  );
}

/** The menu of a run; where its model is registered, it can be deployed. */
function useAutoMLMenu() {
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const { menuOf, dialog } = useRunMenu();
  const rowMenu = (run: AutoMLRun) =>
    menuOf(
      { ...run, kind: "automl", lifecycle: "active" },
      run.modelVersion === null
        ? []
        : [
            {
              id: "deploy",
              label: "Deploy the best model",
              onAction: () =>
                void navigate({
                  to: "/w/$workspace/endpoints/new",
                  params: { workspace },
                  search: { model: run.modelVersion?.replace("/", "@") },
                }),
            },
          ],
    );
  return { rowMenu, dialog };
}

/** Metrics whose history is asked for: one request each. */
const mostMetrics = 2;
/** Of the newest runs. */
const mostRuns = 50;

/** The best value so far of each run, by its id, as it rose or fell. */
function useProgress(workspace: string, runs: readonly AutoMLRun[]): ReadonlyMap<string, readonly number[]> {
  const byMetric = Map.groupBy(
    runs.slice(0, mostRuns).filter(({ metric }) => metric !== null),
    ({ metric }) => metric ?? "",
  );
  const asked = [...byMetric].toSorted(([, a], [, b]) => b.length - a.length).slice(0, mostMetrics);
  return useQueries({
    queries: asked.map(([metric, of]) =>
      steadyQuery("sampleMetricHistories", {
        workspace,
        body: { runs: of.map(({ id }) => id), metric: `best_${metric}`, points: 40 },
      }),
    ),
    combine: (results) =>
      new Map(
        results.flatMap(({ data }) =>
          Object.entries(data?.runs ?? {}).map(([id, history]) => [id, inTime(history)] as const),
        ),
      ),
  });
}

interface History {
  readonly timestamps: readonly number[];
  readonly values: readonly MetricValue[];
}

/** Steps are the numbers of trials, which do not end in their order. */
function inTime({ timestamps, values }: History): number[] {
  const order = [...values.keys()].toSorted((a, b) => (timestamps[a] ?? 0) - (timestamps[b] ?? 0));
  return order.flatMap((at) => (typeof values[at] === "number" ? [values[at]] : []));
}

function Filters({ runs }: { readonly runs: readonly AutoMLRun[] }): ReactElement {
  const [{ q, status, dataset }, change] = useSearchOf("/w/$workspace/automl");
  const names = [...new Set(runs.map(({ data }) => data.dataset))].toSorted();
  return (
    <Toolbar label="Filters">
      <SearchBox label="Search by name" value={q} onSearch={(text) => change({ q: text })} />
      <div className={styles.filter}>
        <ComboBox
          label="Dataset"
          isLabelHidden
          placeholder="All datasets"
          options={[{ id: "", label: "All datasets" }, ...names.map((name) => ({ id: name, label: name }))]}
          value={dataset ?? null}
          onChange={(chosen) => change({ dataset: chosen === null || chosen === "" ? undefined : chosen })}
        />
      </div>
      <div className={styles.filter}>
        <Select
          label="Status"
          isLabelHidden
          options={[
            { id: "all", label: "Any status" },
            ...runStatuses.map((id) => ({ id, label: id === "KILLED" ? "Cancelled" : sentenceCase(id) })),
          ]}
          value={status ?? "all"}
          onChange={(chosen) => change({ status: runStatuses.find((known) => known === chosen) })}
        />
      </div>
    </Toolbar>
  );
}

function columnsOf(workspace: string, progress: ReadonlyMap<string, readonly number[]>): Column<AutoMLRun>[] {
  return [
    { id: "name", header: "Run", width: "minmax(130px, 1.5fr)", cardPrimary: true, cell: ({ name }) => name },
    {
      id: "status",
      header: "Status",
      width: 112,
      cardPrimary: true,
      cell: ({ status }) => <StatusBadge status={status} />,
    },
    {
      id: "data",
      header: "Predicts",
      width: "minmax(120px, 1.3fr)",
      cardSecondary: true,
      cell: ({ data, target }) => (
        <span title={`${target} of ${data.dataset}@${data.version}`}>
          {target}{" "}
          <span className={styles.faint}>
            of {data.dataset}@{data.version}
          </span>
        </span>
      ),
    },
    { id: "best", header: "Best model", width: "minmax(116px, 1.2fr)", cell: ({ best }) => best ?? "–" },
    {
      id: "metric",
      header: "Metric",
      width: "minmax(96px, 1fr)",
      cardSecondary: true,
      cell: ({ metric }) => <span title={metric ?? ""}>{shortMetric(metric ?? "–")}</span>,
    },
    {
      id: "value",
      header: "Value",
      width: 96,
      align: "end",
      cardSecondary: true,
      cell: ({ value }) => <strong>{formatNumber(value)}</strong>,
    },
    ...courseColumns(workspace, progress),
  ];
}

/** How it went, and to do it again. */
function courseColumns(workspace: string, progress: ReadonlyMap<string, readonly number[]>): Column<AutoMLRun>[] {
  return [
    {
      id: "progress",
      header: "Best so far",
      width: 104,
      cell: ({ id, metric }) => {
        const values = progress.get(id) ?? [];
        return values.length > 1 ? <Sparkline values={values} label={metric ?? "metric"} width={72} /> : null;
      },
    },
    {
      id: "started",
      header: "Started",
      width: 100,
      cell: ({ startedAt, createdAt }) => <RelativeTime at={startedAt ?? createdAt} />,
    },
    {
      id: "took",
      header: "Took",
      width: 80,
      align: "end",
      cell: ({ startedAt, endedAt }) => (startedAt === null ? "–" : <Duration from={startedAt} to={endedAt} />),
    },
    {
      id: "clone",
      header: "Clone",
      width: 64,
      hideable: false,
      cell: ({ id, name }) => (
        <Link
          to="/w/$workspace/automl/new"
          params={{ workspace }}
          search={{ from: id }}
          className={styles.clone}
          aria-label={`Clone ${name}`}
          title="Clone: a new run with the same options"
          onClick={(event) => event.stopPropagation()}
        >
          <Icon name="copy" size={14} />
        </Link>
      ),
    },
  ];
}

/** "NRMSE" for those whose name would take the column. */
function shortMetric(metric: string): string {
  const shorts: Readonly<Record<string, string>> = {
    normalized_root_mean_squared_error: "NRMSE",
    normalized_mean_absolute_error: "NMAE",
    average_precision_score_weighted: "AP_weighted",
    precision_score_weighted: "precision",
  };
  return shorts[metric] ?? metric;
}

function Empty({ isFiltered, workspace }: { readonly isFiltered: boolean; readonly workspace: string }): ReactElement {
  if (isFiltered) {
    return (
      <EmptyState
        title="No run fits"
        action={
          <LinkButton to="/w/$workspace/automl" params={{ workspace }} search={{}}>
            Show all
          </LinkButton>
        }
      >
        No AutoML run has this name, dataset and status.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="No AutoML run yet"
      command="slipway automl --data NAME --target COLUMN --time-limit 60"
      action={
        <LinkButton variant="primary" to="/w/$workspace/automl/new" params={{ workspace }} search={{}}>
          New run
        </LinkButton>
      }
    >
      Choose a table and the column to predict; models come in seconds.
    </EmptyState>
  );
}
