/** All endpoints of the workspace. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { createLazyRoute, Link, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Endpoint } from "../../contract/index.ts";
import { infinite } from "../api/index.ts";
import { usePageTitle, useWorkspace } from "../app/index.ts";
import {
  CopyAs,
  CopyButton,
  DataTable,
  EmptyState,
  ErrorCard,
  LinkButton,
  Page,
  RelativeTime,
  SearchField,
  StatusBadge,
  Toolbar,
  type Column,
  useTyped,
} from "../kit/index.ts";
import { SavedViews } from "../views/index.ts";
import { listInput } from "./asked.ts";
import { useEndpointMenu } from "./use-endpoint-menu.ts";
import styles from "./endpoints.module.css";

export const route = createLazyRoute("/w/$workspace/endpoints")({ component: EndpointsPage });

const columns: readonly Column<Endpoint>[] = [
  {
    id: "name",
    header: "Name",
    sortable: true,
    cardPrimary: true,
    cell: ({ name }) => <span className={styles.name}>{name}</span>,
  },
  {
    id: "state",
    header: "State",
    width: 130,
    cardSecondary: true,
    cell: ({ state, stateReason }) => (
      <span title={stateReason ?? undefined}>
        <StatusBadge status={state} />
      </span>
    ),
  },
  {
    id: "deployments",
    header: "Deployments",
    cardSecondary: true,
    width: "2fr",
    cell: (endpoint) => <Shares endpoint={endpoint} />,
  },
  {
    id: "url",
    header: "Scoring URL",
    hideable: true,
    width: 280,
    cell: ({ scoringUri }) => (
      <span className={styles.url}>
        <code>{scoringUri}</code>
        <CopyButton text={scoringUri} label="Copy the scoring URL" />
      </span>
    ),
  },
  {
    id: "last",
    header: "Last request",
    width: 120,
    cardSecondary: true,
    cell: ({ lastRequestAt }) => <LastRequest at={lastRequestAt} />,
  },
  {
    id: "updated",
    header: "Changed",
    width: 120,
    sortable: true,
    hideable: true,
    cell: ({ updatedAt }) => <RelativeTime at={updatedAt} />,
  },
];

function Shares({ endpoint: { deployments } }: { readonly endpoint: Endpoint }) {
  if (deployments.length === 0) return <span className={styles.faint}>none</span>;
  return (
    <span className={styles.shares}>
      {deployments.map(({ name, model, traffic, mirror }) => (
        <span key={name}>
          {model.name}@{model.version} <span className={styles.faint}>{traffic} %</span>
          {mirror > 0 && <span className={styles.faint}>, mirrors {mirror} %</span>}
        </span>
      ))}
    </span>
  );
}

function LastRequest({ at }: { readonly at: string | null }) {
  return at === null ? <span className={styles.faint}>never</span> : <RelativeTime at={at} />;
}

function EndpointsPage() {
  const workspace = useWorkspace();
  const search = route.useSearch();
  const navigate = useNavigate({ from: "/w/$workspace/endpoints" });
  const { data, error, hasNextPage, fetchNextPage } = useInfiniteQuery(
    infinite("listEndpoints", listInput(workspace, search)),
  );
  const [typed, setTyped] = useTyped(
    search.q ?? "",
    (q) => void navigate({ search: (before) => ({ ...before, q: q || undefined }), replace: true }),
  );
  usePageTitle("Endpoints");
  const rows = data?.pages.flatMap(({ items }) => items) ?? [];
  const deploy = (
    <LinkButton to="/w/$workspace/endpoints/new" params={{ workspace }} search={{}} variant="primary" icon="plus">
      Deploy a model
    </LinkButton>
  );
  return (
    <Page
      title="Endpoints"
      actions={
        <>
          <SavedViews page="endpoints" />
          <CopyAs
            cli="slipway endpoints list"
            rest={{ method: "GET", path: `/api/v1/workspaces/${encodeURIComponent(workspace)}/endpoints` }}
          />
          {deploy}
        </>
      }
    >
      {rows.length === 0 && search.q === undefined && !error ? (
        <NoEndpoints workspace={workspace} action={deploy} />
      ) : (
        <>
          <Toolbar>
            <SearchField label="Search by name" value={typed} onChange={setTyped} />
          </Toolbar>
          {error && <ErrorCard error={error} />}
          <EndpointsTable rows={rows} hasMore={hasNextPage} onMore={() => void fetchNextPage()} />
        </>
      )}
    </Page>
  );
}

interface EndpointsTableProps {
  readonly rows: readonly Endpoint[];
  readonly hasMore: boolean;
  readonly onMore: () => void;
}

function EndpointsTable({ rows, hasMore, onMore }: EndpointsTableProps) {
  const workspace = useWorkspace();
  const search = route.useSearch();
  const navigate = useNavigate({ from: "/w/$workspace/endpoints" });
  const { menuOf, dialog } = useEndpointMenu(workspace);
  return (
    <>
      <DataTable
        label="Endpoints"
        columns={columns}
        rows={rows}
        rowId={({ name }) => name}
        rowHref={({ name }) => ({
          to: "/w/$workspace/endpoints/$endpoint",
          params: { workspace, endpoint: name },
          search: {},
        })}
        rowMenu={menuOf}
        sort={sortOf(search.sort)}
        onSort={({ by, descending }) =>
          void navigate({
            search: (before) => ({ ...before, sort: `${descending ? "-" : ""}${by}` as typeof before.sort }),
            replace: true,
          })
        }
        hasMore={hasMore}
        onMore={onMore}
        empty={`No endpoint has “${search.q ?? ""}” in its name.`}
      />
      {dialog}
    </>
  );
}

function NoEndpoints({ workspace, action }: { readonly workspace: string; readonly action: ReactNode }) {
  return (
    <EmptyState title="No endpoints yet" command="slipway endpoints deploy NAME --model MODEL@best" action={action}>
      An endpoint is a registered model behind a REST address of its own.{" "}
      <Link to="/w/$workspace/models" params={{ workspace }} search={{}}>
        Models
      </Link>{" "}
      lists what can be deployed.
    </EmptyState>
  );
}

function sortOf(sort: string | undefined): { by: string; descending: boolean } | undefined {
  if (sort === undefined) return undefined;
  return { by: sort.replace(/^-/, ""), descending: sort.startsWith("-") };
}
