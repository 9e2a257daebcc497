import { useInfiniteQuery, useSuspenseQuery } from "@tanstack/react-query";
import { createLazyRoute } from "@tanstack/react-router";
import { useState } from "react";
import { infinite, query, useAction, type ResultOf } from "../api/index.ts";
import { usePageTitle, useWorkspace } from "../app/index.ts";
import {
  Button,
  Bytes,
  CopyAs,
  DataTable,
  EmptyState,
  ErrorCard,
  LinkButton,
  Notice,
  Page,
  pagesOf,
  RelativeTime,
  slipwayCommand,
  type Column,
  type RowMenu,
} from "../kit/index.ts";
import styles from "./data.module.css";
import { RemoveDatastore } from "./remove-datastore.tsx";
import { placeOf } from "./datastore-place.ts";

export const route = createLazyRoute("/w/$workspace/datastores/$datastore")({ component: DatastorePage });

type Entry = ResultOf<"listDatastorePaths">["items"][number];

function DatastorePage() {
  const workspace = useWorkspace();
  const { datastore } = route.useParams();
  usePageTitle(datastore);
  const { path } = route.useSearch();
  const navigate = route.useNavigate();
  const about = useSuspenseQuery(query("getDatastore", { workspace, datastore })).data;
  const open = (folder: string | undefined): void => void navigate({ search: { path: folder } });
  return (
    <Page
      title={datastore}
      crumbs={[{ label: "Datastores", link: { to: "/w/$workspace/datastores", params: { workspace } } }]}
      description={`${about.kind} · ${placeOf(about)}${about.description === "" ? "" : ` · ${about.description}`}`}
      actions={
        <>
          <CopyAs
            cli={`slipway datastores paths ${datastore}${path === undefined ? "" : ` ${path}`}`}
            rest={{ method: "GET", path: `/api/v1/workspaces/${workspace}/datastores/${datastore}/paths` }}
          />
          <RemoveButton datastore={datastore} />
        </>
      }
    >
      <div className={styles.stack}>
        <ConnectionTest datastore={datastore} />
        <Entries key={path ?? ""} datastore={datastore} path={path} onOpen={open} />
      </div>
    </Page>
  );
}

function ConnectionTest({ datastore }: { readonly datastore: string }) {
  const workspace = useWorkspace();
  const test = useAction("testDatastore");
  const [answer, setAnswer] = useState<ResultOf<"testDatastore"> | null>(null);
  return (
    <div className={styles.bar}>
      <Button
        isPending={test.pending}
        onPress={() => void test.run({ workspace, datastore }).then(setAnswer, () => undefined)}
      >
        Test the connection
      </Button>
      {answer && (
        <Notice tone={answer.ok ? "ok" : "fail"}>
          {answer.ok ? `It answered within ${answer.milliseconds} ms.` : `${answer.message} (${answer.code})`}
        </Notice>
      )}
    </div>
  );
}

function Entries(props: {
  readonly datastore: string;
  readonly path: string | undefined;
  readonly onOpen: (folder: string | undefined) => void;
}) {
  const workspace = useWorkspace();
  const { datastore, path, onOpen } = props;
  const menuOf = useEntryMenu(datastore);
  const asked = { limit: 200, ...(path !== undefined && { folder: path }) };
  const list = useInfiniteQuery(infinite("listDatastorePaths", { workspace, datastore, query: asked }));
  if (list.error) return <ErrorCard error={list.error} />;
  return (
    <>
      {path !== undefined && (
        <div className={styles.bar}>
          <Button size="small" onPress={() => onOpen(path.replace(/[^/]+\/$/, "") || undefined)}>
            Up one folder
          </Button>
        </div>
      )}
      <DataTable<Entry>
        {...pagesOf(list)}
        label={`Files of ${datastore}`}
        columns={columnsOf(datastore, path)}
        rowId={(entry) => entry.path}
        onOpen={(entry) => entry.path.endsWith("/") && onOpen(entry.path)}
        rowMenu={menuOf}
        isLoading={list.isPending}
        empty={<EmptyState title="There is nothing in this folder" />}
      />
    </>
  );
}

/** A file can become a dataset; a folder can only be listed. */
function useEntryMenu(datastore: string): (entry: Entry) => RowMenu {
  const workspace = useWorkspace();
  const navigate = route.useNavigate();
  return ({ path }) => ({
    cli: slipwayCommand(["datastores", "paths", datastore, path.replace(/[^/]+$/, "") || undefined], workspace),
    actions: path.endsWith("/")
      ? []
      : [
          {
            id: "dataset",
            label: "Make a dataset",
            onAction: () =>
              void navigate({
                to: "/w/$workspace/data/new",
                params: { workspace },
                search: { from: "datastore", datastore, path },
              }),
          },
        ],
  });
}

/** @param folder whose entries are listed; undefined: all */
function columnsOf(datastore: string, folder: string | undefined): Column<Entry>[] {
  return [
    { id: "path", header: folder ?? "Name", cell: ({ path }) => path.slice(folder?.length ?? 0), cardPrimary: true },
    { id: "size", header: "Size", cell: ({ size }) => <Bytes value={size} />, align: "end", cardSecondary: true },
    {
      id: "modified",
      header: "Changed",
      cell: ({ modifiedAt }) => <RelativeTime at={modifiedAt} />,
      cardSecondary: true,
    },
    {
      id: "use",
      header: "Actions",
      align: "end",
      cell: ({ path }) => !path.endsWith("/") && <MakeDataset datastore={datastore} path={path} />,
    },
  ];
}

function MakeDataset({ datastore, path }: { readonly datastore: string; readonly path: string }) {
  const workspace = useWorkspace();
  return (
    <LinkButton
      size="small"
      variant="quiet"
      to="/w/$workspace/data/new"
      params={{ workspace }}
      search={{ from: "datastore", datastore, path }}
      aria-label={`Make a dataset of ${path}`}
    >
      Make a dataset
    </LinkButton>
  );
}

function RemoveButton({ datastore }: { readonly datastore: string }) {
  const workspace = useWorkspace();
  const navigate = route.useNavigate();
  const [asks, setAsks] = useState(false);
  return (
    <>
      <Button onPress={() => setAsks(true)}>Remove</Button>
      {asks && (
        <RemoveDatastore
          datastore={datastore}
          onClose={() => setAsks(false)}
          leave={() => navigate({ to: "/w/$workspace/datastores", params: { workspace } })}
        />
      )}
    </>
  );
}
