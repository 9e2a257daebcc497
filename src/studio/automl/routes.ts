import type { QueryClient } from "@tanstack/react-query";
import { createRoute, redirect } from "@tanstack/react-router";
import { infinite, query } from "../api/index.ts";
import { searchChoice, searchText, workspaceRoute } from "../app/index.ts";
import { datasetsInput, listInput, previewInput, profileInput, runStatuses, type AutoMLFilter } from "./inputs.ts";
import { wizardSearch, type WizardSearch } from "./wizard-search.ts";

const automlRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "/automl",
  validateSearch: (raw: Record<string, unknown>): AutoMLFilter => ({
    q: searchText(raw["q"])?.slice(0, 128),
    status: searchChoice(raw["status"], runStatuses),
    dataset: searchText(raw["dataset"]),
  }),
  loaderDeps: ({ search: { q, status, dataset } }) => ({ q, status, dataset }),
  loader: async ({ context: { queryClient }, params: { workspace }, deps }) => {
    await queryClient.ensureInfiniteQueryData(infinite("listAutoMLRuns", listInput(workspace, deps)));
  },
}).lazy(() => import("./list-page.tsx").then(({ route }) => route));

const wizardRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "/automl/new",
  validateSearch: (raw: Record<string, unknown>): WizardSearch => wizardSearch(raw),
  loaderDeps: ({ search: { from, dataset, version } }) => ({ from, dataset, version }),
  loader: async ({ context: { queryClient }, params: { workspace }, deps: { from, dataset, version } }) => {
    if (from !== undefined) {
      const { optionsOfRun } = await import("./wizard-request.ts");
      const run = await queryClient.ensureQueryData(query("getRun", { workspace, run: from }));
      throw redirect({
        to: "/w/$workspace/automl/new",
        params: { workspace },
        search: optionsOfRun(run),
        replace: true,
      });
    }
    await loadDataset(queryClient, workspace, dataset, version);
  },
}).lazy(() => import("./wizard-page.tsx").then(({ route }) => route));

/** The chosen dataset, or the one that changed last; one that is not there is told on the page. */
async function loadDataset(
  queryClient: QueryClient,
  workspace: string,
  chosen: string | undefined,
  version: number | undefined,
): Promise<void> {
  const list = queryClient.ensureQueryData(query("listDatasets", datasetsInput(workspace)));
  const dataset = chosen ?? (await list).items.find(({ latest }) => latest !== null)?.name;
  if (dataset === undefined) return;
  await Promise.all([
    list,
    queryClient
      .ensureQueryData(query("getDatasetProfile", profileInput(workspace, dataset, version)))
      .catch(() => null),
    queryClient.prefetchQuery(query("previewDataset", previewInput(workspace, dataset, version))),
  ]);
}

export const automlRoutes = [automlRoute, wizardRoute] as const;
