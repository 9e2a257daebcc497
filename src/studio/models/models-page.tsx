/** All registered models of the workspace. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { createLazyRoute, Link, useNavigate } from "@tanstack/react-router";
import type { RegisteredModel } from "../../contract/index.ts";
import { infinite } from "../api/index.ts";
import { usePageTitle, useWorkspace } from "../app/index.ts";
import {
  CopyAs,
  DataTable,
  EmptyState,
  ErrorCard,
  LinkButton,
  Page,
  RelativeTime,
  SearchField,
  Select,
  Tags,
  Toolbar,
  restOf,
  slipwayCommand,
  type Column,
  type MenuEntry,
  useTyped,
} from "../kit/index.ts";
import { SavedViews } from "../views/index.ts";
import { listInput } from "./asked.ts";
import { RegisterDialog } from "./register-dialog.tsx";
import { useModelEntries } from "./model-menu.tsx";
import styles from "./models.module.css";

export const route = createLazyRoute("/w/$workspace/models")({ component: ModelsPage });

const columns: readonly Column<RegisteredModel>[] = [
  {
    id: "name",
    header: "Name",
    sortable: true,
    cardPrimary: true,
    cell: ({ name }) => <span className={styles.name}>{name}</span>,
  },
  {
    id: "latest",
    header: "Latest",
    align: "end",
    width: 80,
    cardSecondary: true,
    cell: ({ latestVersion }) => latestVersion ?? <span className={styles.faint}>none</span>,
  },
  {
    id: "aliases",
    header: "Aliases",
    cell: ({ aliases }) => <Tags tags={aliases.map(({ alias, version }) => `${alias} @${version}`)} max={3} />,
  },
  { id: "tags", header: "Tags", cell: ({ tags }) => <Tags tags={tags} max={3} /> },
  { id: "description", header: "Description", width: "2fr", cell: ({ description }) => description },
  {
    id: "updated",
    header: "Changed",
    sortable: true,
    descendingFirst: true,
    cardSecondary: true,
    cell: ({ updatedAt }) => <RelativeTime at={updatedAt} />,
  },
  { id: "by", header: "Made by", cell: ({ createdBy }) => createdBy },
];

function ModelsPage() {
  const workspace = useWorkspace();
  const search = route.useSearch();
  const navigate = useNavigate({ from: "/w/$workspace/models" });
  const { data, error, hasNextPage, fetchNextPage } = useInfiniteQuery(
    infinite("listModels", listInput(workspace, search)),
  );
  const [typed, setTyped] = useTyped(
    search.q ?? "",
    (q) => void navigate({ search: (before) => ({ ...before, q: q || undefined }), replace: true }),
  );
  usePageTitle("Models");
  const rows = data?.pages.flatMap(({ items }) => items) ?? [];
  const isNew = rows.length === 0 && search.q === undefined && search.archived === undefined && !error;
  return (
    <Page
      title="Models"
      actions={
        <>
          <SavedViews page="models" />
          <CopyAs
            cli="slipway models list"
            rest={{ method: "GET", path: `/api/v1/workspaces/${encodeURIComponent(workspace)}/models` }}
          />
          <RegisterDialog workspace={workspace} />
        </>
      }
    >
      {isNew ? (
        <NoModels workspace={workspace} />
      ) : (
        <>
          <Toolbar>
            <SearchField label="Search by name" value={typed} onChange={setTyped} />
            <WhichModels />
          </Toolbar>
          {error && <ErrorCard error={error} />}
          <ModelsTable rows={rows} hasMore={hasNextPage} onMore={() => void fetchNextPage()} />
        </>
      )}
    </Page>
  );
}

interface ModelsTableProps {
  readonly rows: readonly RegisteredModel[];
  readonly hasMore: boolean;
  readonly onMore: () => void;
}

function ModelsTable({ rows, hasMore, onMore }: ModelsTableProps) {
  const workspace = useWorkspace();
  const search = route.useSearch();
  const navigate = useNavigate({ from: "/w/$workspace/models" });
  const sort = search.sort ?? "-updated";
  const { entriesOf, dialog } = useModelEntries(workspace);
  const deploy = (model: RegisteredModel): MenuEntry => ({
    id: "deploy",
    label: `Deploy ${model.name}@${model.latestVersion}`,
    isDisabled: model.latestVersion === null,
    onAction: () =>
      void navigate({
        to: "/w/$workspace/endpoints/new",
        params: { workspace },
        search: { model: `${model.name}@${model.latestVersion}` },
      }),
  });
  return (
    <>
      <DataTable
        label="Models"
        columns={columns}
        rows={rows}
        rowId={({ name }) => name}
        rowHref={({ name }) => ({
          to: "/w/$workspace/models/$model",
          params: { workspace, model: name },
          search: {},
        })}
        rowMenu={(model) => ({
          cli: slipwayCommand(["models", "show", model.name], workspace),
          rest: restOf("GET", workspace, "models", model.name),
          actions: [deploy(model), ...entriesOf(model)],
        })}
        sort={{ by: sort.replace(/^-/, ""), descending: sort.startsWith("-") }}
        onSort={({ by, descending }) =>
          void navigate({
            search: (before) => ({ ...before, sort: `${descending ? "-" : ""}${by}` as typeof before.sort }),
            replace: true,
          })
        }
        hasMore={hasMore}
        onMore={onMore}
        empty={search.q === undefined ? "No archived models." : `No model has “${search.q}” in its name.`}
      />
      {dialog}
    </>
  );
}

function WhichModels() {
  const search = route.useSearch();
  const navigate = useNavigate({ from: "/w/$workspace/models" });
  return (
    <Select
      label="Which models"
      isLabelHidden
      options={[
        { id: "current", label: "In use" },
        { id: "archived", label: "Archived" },
      ]}
      value={search.archived ? "archived" : "current"}
      onChange={(id) =>
        void navigate({
          search: (before) => ({ ...before, archived: id === "archived" ? (true as const) : undefined }),
          replace: true,
        })
      }
    />
  );
}

function NoModels({ workspace }: { readonly workspace: string }) {
  return (
    <EmptyState
      title="No models yet"
      command="slipway automl --data DATASET --target COLUMN --register NAME"
      action={
        <LinkButton to="/w/$workspace/automl/new" params={{ workspace }} search={{}} variant="primary">
          Start automated ML
        </LinkButton>
      }
    >
      A run of automated ML registers its best model. A .slipway or .onnx file can be registered too, and models that{" "}
      <Link to="/w/$workspace/jobs" params={{ workspace }} search={{}}>
        MLflow clients
      </Link>{" "}
      logged.
    </EmptyState>
  );
}
