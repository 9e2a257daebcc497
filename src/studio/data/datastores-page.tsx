import { useSuspenseQuery } from "@tanstack/react-query";
import { createLazyRoute } from "@tanstack/react-router";
import { useState } from "react";
import type { Datastore } from "../../contract/index.ts";
import { query, tell, useAction } from "../api/index.ts";
import { usePageTitle, useWorkspace } from "../app/index.ts";
import {
  CopyAs,
  DataTable,
  EmptyState,
  Page,
  RelativeTime,
  restOf,
  slipwayCommand,
  type Column,
  type RowMenu,
} from "../kit/index.ts";
import { ConnectDialog } from "./connect-dialog.tsx";
import { RemoveDatastore } from "./remove-datastore.tsx";
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
  const [removed, setRemoved] = useState<string | null>(null);
  const menuOf = useDatastoreMenu(setRemoved);
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
        rowMenu={menuOf}
        rowHref={({ name }) => ({ to: "/w/$workspace/datastores/$datastore", params: { workspace, datastore: name } })}
        empty={
          <EmptyState title="No datastore yet" command="slipway datastores create sales --disk /srv/sales">
            A folder, a bucket, a database or a web address. Files that you upload need none.
          </EmptyState>
        }
      />
      {removed !== null && <RemoveDatastore datastore={removed} onClose={() => setRemoved(null)} />}
    </Page>
  );
}

/** @param onRemove asks whether the datastore of this name is to go */
function useDatastoreMenu(onRemove: (name: string) => void): (datastore: Datastore) => RowMenu {
  const workspace = useWorkspace();
  const test = useAction("testDatastore");
  const testConnection = async (name: string): Promise<void> => {
    const { ok, milliseconds, message } = await test.run({ workspace, datastore: name });
    tell(
      ok
        ? { tone: "ok", text: `${name} answered within ${milliseconds} ms` }
        : { tone: "fail", text: `${name}: ${message}` },
    );
  };
  return ({ name }) => ({
    cli: slipwayCommand(["datastores", "paths", name], workspace),
    rest: restOf("GET", workspace, "datastores", name),
    actions: [
      {
        id: "test",
        label: "Test the connection",
        description: slipwayCommand(["datastores", "test", name], workspace),
        onAction: () => void testConnection(name).catch(() => undefined),
      },
      { id: "remove", label: "Remove", danger: true, startsGroup: true, onAction: () => onRemove(name) },
    ],
  });
}
