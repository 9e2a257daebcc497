/** Addresses of runs: the list, one run, several beside each other. */
import { createRoute } from "@tanstack/react-router";
import { infinite, query } from "../api/index.ts";
import { workspaceRoute } from "../app/index.ts";
import { compareSearch, jobsSearch } from "./jobs-search.ts";
import { listInput } from "./list-query.ts";
import { validateRunSearch } from "./run-search.ts";

const jobsRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "/jobs",
  validateSearch: jobsSearch,
  loaderDeps: ({ search: { q, status, kind, experiment, parts, deleted, sort, cols, view, x, y } }) => ({
    q,
    status,
    kind,
    experiment,
    parts,
    deleted,
    sort,
    cols,
    ...(view === "charts" && { view, x, y }),
  }),
  loader: async ({ context: { queryClient }, params: { workspace }, deps }) => {
    const list = listInput(workspace, deps);
    await Promise.all([
      // A filter that cannot be read, here or by the server, is said below its box.
      "input" in list ? queryClient.ensureInfiniteQueryData(infinite("listRuns", list.input)).catch(() => null) : null,
      queryClient.ensureQueryData(query("listExperiments", { workspace, query: { limit: 200 } })),
    ]);
  },
}).lazy(() => import("./jobs-page.tsx").then(({ route }) => route));

const runRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "/jobs/$run",
  validateSearch: validateRunSearch,
  loader: async ({ context: { queryClient }, params: { workspace, run } }) => {
    const { kind } = await queryClient.ensureQueryData(query("getRun", { workspace, run }));
    // Their pages ask for these first.
    if (kind === "pipeline") await queryClient.prefetchQuery(query("getPipelineRun", { workspace, run }));
    if (kind === "automl") await queryClient.prefetchQuery(query("getAutoMLRun", { workspace, run }));
  },
}).lazy(() => import("./run-page.tsx").then(({ route }) => route));

const compareRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "/compare",
  validateSearch: compareSearch,
  loaderDeps: ({ search: { runs } }) => ({ runs }),
  loader: async ({ context: { queryClient }, params: { workspace }, deps: { runs = [] } }) => {
    if (runs.length > 0) await queryClient.ensureQueryData(query("compareRuns", { workspace, body: { runs } }));
  },
}).lazy(() => import("./compare-page.tsx").then(({ route }) => route));

export const jobsRoutes = [jobsRoute, runRoute, compareRoute] as const;
