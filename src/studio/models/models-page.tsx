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
  pagesOf,
  RelativeTime,
  SearchBox,
  Select,
  sortedBy,
  Tags,
  Toolbar,
  restOf,
  slipwayCommand,
  type Column,
  type ListPages,
  type MenuEntry,
  useSearchOf,
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
  const [search, change] = useSearchOf("/w/$workspace/models");
  const list = useInfiniteQuery(infinite("listModels", listInput(workspace, search)));
  usePageTitle("Models");
  const pages = pagesOf(list);
  const isNew = pages.rows.length === 0 && search.q === undefined && search.archived === undefined && !list.error;
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
            <SearchBox label="Search by name" value={search.q} onSearch={(q) => change({ q })} />
            <WhichModels />
          </Toolbar>
          {list.error && <ErrorCard error={list.error} />}
          <ModelsTable pages={pages} />
        </>
      )}
    </Page>
  );
}

function ModelsTable({ pages }: { readonly pages: ListPages<RegisteredModel> }) {
  const workspace = useWorkspace();
  const [{ q, sort = "-updated" }, change] = useSearchOf("/w/$workspace/models");
  const navigate = useNavigate();
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
        {...pages}
        {...sortedBy(sort, (next) => change({ sort: next }))}
        label="Models"
        columns={columns}
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
        empty={q === undefined ? "No archived models." : `No model has “${q}” in its name.`}
      />
      {dialog}
    </>
  );
}

function WhichModels() {
  const [{ archived }, change] = useSearchOf("/w/$workspace/models");
  return (
    <Select
      label="Which models"
      isLabelHidden
      options={[
        { id: "current", label: "In use" },
        { id: "archived", label: "Archived" },
      ]}
      value={archived ? "archived" : "current"}
      onChange={(id) => change({ archived: id === "archived" ? true : undefined })}
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
