/** Addresses of the registry's pages, and what they ask for first. */
import { createRoute } from "@tanstack/react-router";
import { infinite, query } from "../api/index.ts";
import { searchChoice, searchFlag, searchSort, searchText, workspaceRoute } from "../app/index.ts";
import { listInput, modelTabs, shownVersion, versionsInput, type ModelSearch, type ModelsSearch } from "./asked.ts";

const modelsRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "/models",
  validateSearch: (raw): ModelsSearch => ({
    q: searchText(raw["q"]),
    sort: searchSort(raw["sort"], ["name", "created", "updated"]),
    archived: searchFlag(raw["archived"]),
  }),
  loaderDeps: ({ search }) => search,
  loader: ({ context, params, deps }) =>
    context.queryClient.ensureInfiniteQueryData(infinite("listModels", listInput(params.workspace, deps))),
}).lazy(() => import("./models-page.tsx").then(({ route }) => route));

const modelRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "/models/$model",
  validateSearch: (raw): ModelSearch => ({
    version: searchText(raw["version"]),
    tab: searchChoice(raw["tab"], modelTabs),
    against: searchText(raw["against"]),
  }),
  loaderDeps: ({ search }) => search,
  loader: async ({ context: { queryClient }, params: { workspace, model }, deps }) => {
    const versions = () =>
      queryClient.prefetchInfiniteQuery(infinite("listModelVersions", versionsInput(workspace, model)));
    const { tab, against } = deps;
    const version = shownVersion(deps);
    if (version === null) {
      await Promise.all([queryClient.ensureQueryData(query("getModel", { workspace, model })), versions()]);
      return;
    }
    const of = { workspace, model, version };
    const parts: Promise<unknown>[] = [
      queryClient.ensureQueryData(query("getModelVersion", of)),
      queryClient.prefetchQuery(query("listModelVersionUses", of)),
    ];
    if (tab === "files") parts.push(queryClient.prefetchQuery(query("listModelVersionFiles", of)));
    if (tab === "compare") parts.push(versions());
    if (tab === "compare" && against !== undefined)
      parts.push(queryClient.prefetchQuery(query("compareModelVersions", { ...of, query: { with: against } })));
    await Promise.all(parts);
  },
}).lazy(() => import("./model-page.tsx").then(({ route }) => route));

export const modelsRoutes = [modelsRoute, modelRoute];
