/** All endpoints of the workspace. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { createLazyRoute, Link } from "@tanstack/react-router";
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
  pagesOf,
  RelativeTime,
  SearchBox,
  sortedBy,
  StatusBadge,
  Toolbar,
  type Column,
  type ListPages,
  useSearchOf,
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
  const [search, change] = useSearchOf("/w/$workspace/endpoints");
  const list = useInfiniteQuery(infinite("listEndpoints", listInput(workspace, search)));
  usePageTitle("Endpoints");
  const pages = pagesOf(list);
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
      {pages.rows.length === 0 && search.q === undefined && !list.error ? (
        <NoEndpoints workspace={workspace} action={deploy} />
      ) : (
        <>
          <Toolbar>
            <SearchBox label="Search by name" value={search.q} onSearch={(q) => change({ q })} />
          </Toolbar>
          {list.error && <ErrorCard error={list.error} />}
          <EndpointsTable pages={pages} />
        </>
      )}
    </Page>
  );
}

function EndpointsTable({ pages }: { readonly pages: ListPages<Endpoint> }) {
  const workspace = useWorkspace();
  const [search, change] = useSearchOf("/w/$workspace/endpoints");
  const { menuOf, dialog } = useEndpointMenu(workspace);
  return (
    <>
      <DataTable
        {...pages}
        {...sortedBy(search.sort, (sort) => change({ sort }))}
        label="Endpoints"
        columns={columns}
        rowId={({ name }) => name}
        rowHref={({ name }) => ({
          to: "/w/$workspace/endpoints/$endpoint",
          params: { workspace, endpoint: name },
          search: {},
        })}
        rowMenu={menuOf}
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
