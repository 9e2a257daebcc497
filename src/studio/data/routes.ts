import { createRoute } from "@tanstack/react-router";
import { infinite, query } from "../api/index.ts";
import {
  searchChoice,
  searchFlag,
  searchList,
  searchNumber,
  searchSort,
  searchText,
  workspaceRoute,
} from "../app/index.ts";
import {
  datasetSorts,
  datasetsInput,
  datasetTabs,
  previewInput,
  versionsInput,
  type DataSearch,
  type DatasetSearch,
  type NewDatasetSearch,
} from "./search.ts";

const dataRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "/data",
  validateSearch: (raw): DataSearch => ({
    q: searchText(raw["q"]),
    sort: searchSort(raw["sort"], datasetSorts),
    archived: searchFlag(raw["archived"]),
  }),
  loaderDeps: ({ search }) => search,
  loader: ({ context, params, deps }) =>
    context.queryClient.ensureInfiniteQueryData(infinite("listDatasets", datasetsInput(params.workspace, deps))),
}).lazy(() => import("./datasets-page.tsx").then(({ route }) => route));

const newDataRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "/data/new",
  validateSearch: (raw): NewDatasetSearch => ({
    dataset: searchText(raw["dataset"]),
    from: searchChoice(raw["from"], ["file", "url", "datastore", "query"]),
    datastore: searchText(raw["datastore"]),
    path: searchText(raw["path"]),
    open: searchList(raw["open"]),
  }),
}).lazy(() => import("./new-dataset-page.tsx").then(({ route }) => route));

const datasetRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "/data/$dataset",
  validateSearch: (raw): DatasetSearch => ({
    version: searchNumber(raw["version"], { min: 1 }),
    tab: searchChoice(
      raw["tab"],
      datasetTabs.map(({ id }) => id),
    ),
    column: searchText(raw["column"]),
    against: searchNumber(raw["against"], { min: 1 }),
    q: searchText(raw["q"]),
    open: searchList(raw["open"]),
  }),
  loaderDeps: ({ search: { version, tab } }) => ({ version, tab }),
  loader: async ({ context: { queryClient }, params: { workspace, dataset }, deps }) => {
    const version = String(deps.version ?? "latest");
    const content =
      deps.tab === "profile"
        ? queryClient.ensureQueryData(query("getDatasetProfile", { workspace, dataset, version }))
        : queryClient.ensureQueryData(query("previewDataset", previewInput(workspace, dataset, version, 0)));
    // A dataset without a version has neither; the page says so.
    await Promise.all([
      queryClient.ensureQueryData(query("getDataset", { workspace, dataset })),
      queryClient.ensureQueryData(query("listDatasetVersions", versionsInput(workspace, dataset))),
      content.catch(() => undefined),
    ]);
  },
}).lazy(() => import("./dataset-page.tsx").then(({ route }) => route));

const datastoresRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "/datastores",
  loader: ({ context, params: { workspace } }) =>
    context.queryClient.ensureQueryData(query("listDatastores", { workspace, query: { limit: 200 } })),
}).lazy(() => import("./datastores-page.tsx").then(({ route }) => route));

const datastoreRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "/datastores/$datastore",
  validateSearch: (raw): { path?: string | undefined } => ({ path: searchText(raw["path"]) }),
  loader: ({ context, params: { workspace, datastore } }) =>
    context.queryClient.ensureQueryData(query("getDatastore", { workspace, datastore })),
}).lazy(() => import("./datastore-page.tsx").then(({ route }) => route));

export const dataRoutes = [dataRoute, newDataRoute, datasetRoute, datastoresRoute, datastoreRoute] as const;
