import { useSuspenseQuery } from "@tanstack/react-query";
import { createLazyRoute } from "@tanstack/react-router";
import type { Datastore } from "../../contract/index.ts";
import { query } from "../api/index.ts";
import { usePageTitle, useWorkspace } from "../app/index.ts";
import { CopyAs, DataTable, EmptyState, Page, RelativeTime, type Column } from "../kit/index.ts";
import { ConnectDialog } from "./connect-dialog.tsx";
import { placeOf } from "./datastore-place.ts";

export const route = createLazyRoute("/w/$workspace/datastores")({ component: DatastoresPage });

const columns: readonly Column<Datastore>[] = [
  { id: "name", header: "Name", cell: ({ name }) => name, cardPrimary: true },
  { id: "kind", header: "Kind", cell: ({ kind }) => kind, width: 110, cardPrimary: true },
  { id: "place", header: "Where", cell: (datastore) => placeOf(datastore), width: "2fr", cardSecondary: true },
  {
    id: "credentials",
    header: "Credentials",
    cell: ({ hasCredentials }) => (hasCredentials ? "Stored, encrypted" : "None"),
  },
  { id: "created", header: "Connected", cell: ({ createdAt }) => <RelativeTime at={createdAt} />, cardSecondary: true },
];

function DatastoresPage() {
  usePageTitle("Datastores");
  const workspace = useWorkspace();
  const { items } = useSuspenseQuery(query("listDatastores", { workspace, query: { limit: 200 } })).data;
  return (
    <Page
      title="Datastores"
      description="Places that datasets are read from. Nothing is ever written to them."
      actions={
        <>
          <CopyAs
            cli="slipway datastores list"
            rest={{ method: "GET", path: `/api/v1/workspaces/${workspace}/datastores` }}
          />
          <ConnectDialog />
        </>
      }
    >
      <DataTable<Datastore>
        label="Datastores"
        columns={columns}
        rows={items}
        rowId={({ name }) => name}
        rowHref={({ name }) => ({ to: "/w/$workspace/datastores/$datastore", params: { workspace, datastore: name } })}
        empty={
          <EmptyState title="No datastore yet" command="slipway datastores create sales --disk /srv/sales">
            A folder, a bucket, a database or a web address. Files that you upload need none.
          </EmptyState>
        }
      />
    </Page>
  );
}
