/** Addresses of the registry's pages, and what they ask for first. */
import { createRoute } from "@tanstack/react-router";
import { infinite, query } from "../api/index.ts";
import { searchChoice, searchFlag, searchSort, searchText, workspaceRoute } from "../app/index.ts";
import { listInput, modelTabs, versionsInput, type ModelSearch, type ModelsSearch } from "./asked.ts";

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
  loader: async ({ context: { queryClient }, params: { workspace, model }, deps: { version, tab, against } }) => {
    const known = queryClient.ensureQueryData(query("getModel", { workspace, model }));
    const versions = queryClient.ensureInfiniteQueryData(infinite("listModelVersions", versionsInput(workspace, model)));
    const parts: Promise<unknown>[] = [known, versions];
    // A version that is not there leaves the list of those that are.
    if (version !== undefined) {
      const of = { workspace, model, version };
      parts.push(queryClient.prefetchQuery({ ...query("getModelVersion", of), retry: false }));
      if (tab === "files") parts.push(queryClient.prefetchQuery(query("listModelVersionFiles", of)));
      if (tab === "compare" && against !== undefined)
        parts.push(queryClient.prefetchQuery(query("compareModelVersions", { ...of, query: { with: against } })));
    }
    await Promise.all(parts);
  },
}).lazy(() => import("./model-page.tsx").then(({ route }) => route));

export const modelsRoutes = [modelsRoute, modelRoute];
