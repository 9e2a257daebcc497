import { useInfiniteQuery } from "@tanstack/react-query";
import { createLazyRoute, useNavigate } from "@tanstack/react-router";
import type { Dataset } from "../../contract/index.ts";
import { infinite } from "../api/index.ts";
import { usePageTitle, useWorkspace } from "../app/index.ts";
import {
  Bytes,
  Checkbox,
  CopyAs,
  DataTable,
  EmptyState,
  ErrorCard,
  FileDrop,
  formatNumber,
  LinkButton,
  Page,
  pagesOf,
  RelativeTime,
  SearchBox,
  sortedBy,
  Tags,
  Toolbar,
  type Column,
  useSearchOf,
} from "../kit/index.ts";
import { SavedViews } from "../views/index.ts";
import styles from "./data.module.css";
import { datasetsInput, type DataSearch } from "./search.ts";
import { UploadStatus } from "./upload-status.tsx";
import { useDatasetRowMenu } from "./use-dataset-row-menu.tsx";
import { useUpload } from "./upload.ts";

export const route = createLazyRoute("/w/$workspace/data")({ component: DatasetsPage });

const columns: readonly Column<Dataset>[] = [
  { id: "name", header: "Name", cell: ({ name }) => name, sortable: true, cardPrimary: true },
  { id: "version", header: "Version", cell: ({ latest }) => latest?.version ?? "–", align: "end" },
  {
    id: "rows",
    header: "Rows",
    cell: ({ latest }) => (latest ? formatNumber(latest.rows) : "–"),
    align: "end",
    cardSecondary: true,
  },
  { id: "columns", header: "Columns", cell: ({ latest }) => latest?.columns ?? "–", align: "end", cardSecondary: true },
  { id: "size", header: "Size", cell: ({ latest }) => <Bytes value={latest?.size} />, align: "end" },
  { id: "tags", header: "Tags", cell: ({ tags }) => <Tags tags={tags} /> },
  {
    id: "updated",
    header: "Changed",
    cell: ({ updatedAt }) => <RelativeTime at={updatedAt} />,
    sortable: true,
    descendingFirst: true,
    cardSecondary: true,
  },
];

function DatasetsPage() {
  usePageTitle("Data");
  const workspace = useWorkspace();
  const [search, change] = useSearchOf("/w/$workspace/data");
  const list = useInfiniteQuery(infinite("listDatasets", datasetsInput(workspace, search)));
  const { menuOf, dialog } = useDatasetRowMenu();
  return (
    <Page
      title="Data"
      actions={
        <>
          <SavedViews page="data" />
          <CopyAs cli="slipway data list" rest={{ method: "GET", path: `/api/v1/workspaces/${workspace}/datasets` }} />
          <LinkButton variant="primary" to="/w/$workspace/data/new" params={{ workspace }}>
            New dataset
          </LinkButton>
        </>
      }
    >
      <div className={styles.stack}>
        <DropToUpload />
        <Filters search={search} onChange={change} />
        {list.error ? (
          <ErrorCard error={list.error} />
        ) : (
          <DataTable<Dataset>
            {...pagesOf(list)}
            {...sortedBy(search.sort ?? "-updated", (sort) => change({ sort }))}
            label="Datasets"
            columns={columns}
            rowId={({ name }) => name}
            rowHref={({ name }) => ({ to: "/w/$workspace/data/$dataset", params: { workspace, dataset: name } })}
            rowMenu={menuOf}
            empty={<NoDataset isSearched={search.q !== undefined} />}
          />
        )}
        {dialog}
      </div>
    </Page>
  );
}

function NoDataset({ isSearched }: { readonly isSearched: boolean }) {
  return (
    <EmptyState
      title={isSearched ? "No dataset has this in its name" : "No dataset yet"}
      command="slipway data create bank bankmarketing.csv"
    >
      Drop a CSV or Parquet file above: its rows, types and profile are there at once.
    </EmptyState>
  );
}

interface FiltersProps {
  readonly search: DataSearch;
  readonly onChange: (changed: DataSearch) => void;
}

function Filters({ search, onChange }: FiltersProps) {
  return (
    <Toolbar>
      <SearchBox label="Part of the name" value={search.q} onSearch={(q) => onChange({ q })} />
      <Checkbox
        label="Archived"
        value={search.archived === true}
        onChange={(archived) => onChange({ archived: archived || undefined })}
      />
    </Toolbar>
  );
}

/** A file that is dropped becomes a dataset of its name, and its page opens. */
function DropToUpload() {
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const upload = useUpload();
  const take = async ([file]: File[]): Promise<void> => {
    const made = file && (await upload.start(file));
    if (made)
      await navigate({ to: "/w/$workspace/data/$dataset", params: { workspace, dataset: made.dataset }, search: {} });
  };
  return (
    <>
      <FileDrop
        accept={[".csv", ".tsv", ".txt", ".parquet"]}
        onFiles={(files) => void take(files)}
        isDisabled={upload.progress !== null}
      >
        Drop a CSV or Parquet file
      </FileDrop>
      <UploadStatus upload={upload} />
    </>
  );
}
