/** Addresses of pipelines: the list, one of them, how it is run and what starts it by itself. */
import { createRoute } from "@tanstack/react-router";
import { infinite, query } from "../api/index.ts";
import { workspaceRoute } from "../app/index.ts";
import {
  pipelineListInput,
  pipelineRunsInput,
  versionInput,
  versionsInput,
  latestRunsInput,
  schedulesInput,
} from "./inputs.ts";
import {
  validateListSearch,
  validateNewSearch,
  validatePipelineSearch,
  validateRunFormSearch,
  validateScheduleSearch,
} from "./pipeline-search.ts";

const listRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "/pipelines",
  validateSearch: validateListSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ context: { queryClient }, params: { workspace }, deps }) => {
    void queryClient.prefetchQuery(query("listPipelineRuns", latestRunsInput(workspace)));
    await queryClient.ensureInfiniteQueryData(infinite("listPipelines", pipelineListInput(workspace, deps)));
  },
}).lazy(() => import("./pipelines-page.tsx").then(({ route }) => route));

const newRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "/pipelines/new",
  validateSearch: validateNewSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ context: { queryClient }, params: { workspace }, deps: { from, version } }) => {
    if (from !== undefined)
      await queryClient.ensureQueryData(query("getPipelineVersion", versionInput(workspace, from, version)));
  },
}).lazy(() => import("./new-pipeline-page.tsx").then(({ route }) => route));

const pipelineRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "/pipelines/$pipeline",
  validateSearch: validatePipelineSearch,
  loaderDeps: ({ search: { tab, version, against, status } }) => ({ tab, version, against, status }),
  loader: async ({ context: { queryClient }, params: { workspace, pipeline }, deps }) => {
    const { tab, version, against, status } = deps;
    if (tab === "runs")
      void queryClient.prefetchInfiniteQuery(
        infinite("listPipelineRuns", pipelineRunsInput(workspace, pipeline, status)),
      );
    if (tab === "schedules")
      void queryClient.prefetchInfiniteQuery(infinite("listSchedules", schedulesInput(workspace, pipeline)));
    if (tab === "yaml" && against !== undefined)
      void queryClient.prefetchQuery(query("getPipelineVersion", versionInput(workspace, pipeline, against)));
    await Promise.all([
      queryClient.ensureQueryData(query("getPipeline", { workspace, pipeline })),
      queryClient.ensureQueryData(query("getPipelineVersion", versionInput(workspace, pipeline, version))),
      queryClient.ensureQueryData(query("listPipelineVersions", versionsInput(workspace, pipeline))),
    ]);
  },
}).lazy(() => import("./pipeline-page.tsx").then(({ route }) => route));

const runFormRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "/pipelines/$pipeline/run",
  validateSearch: validateRunFormSearch,
  loaderDeps: ({ search: { version, from } }) => ({ version, from }),
  loader: async ({ context: { queryClient }, params: { workspace, pipeline }, deps: { version, from } }) => {
    await Promise.all([
      queryClient.ensureQueryData(query("getPipelineVersion", versionInput(workspace, pipeline, version))),
      queryClient.ensureQueryData(query("listDatasets", { workspace, query: { limit: 200 } })),
      ...(from === undefined ? [] : [queryClient.ensureQueryData(query("getPipelineRun", { workspace, run: from }))]),
    ]);
  },
}).lazy(() => import("./run-form-page.tsx").then(({ route }) => route));

const scheduleRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "/schedules/new",
  validateSearch: validateScheduleSearch,
  loaderDeps: ({ search: { pipeline, schedule } }) => ({ pipeline, schedule }),
  loader: async ({ context: { queryClient }, params: { workspace }, deps: { pipeline, schedule } }) => {
    await Promise.all([
      queryClient.ensureQueryData(query("listPipelines", { workspace, query: { limit: 200 } })),
      queryClient.ensureQueryData(query("listDatasets", { workspace, query: { limit: 200 } })),
      pipeline === undefined
        ? null
        : queryClient.ensureQueryData(query("getPipelineVersion", versionInput(workspace, pipeline, undefined))),
      schedule === undefined ? null : queryClient.ensureQueryData(query("getSchedule", { workspace, schedule })),
    ]);
  },
}).lazy(() => import("./schedule-page.tsx").then(({ route }) => route));

export const pipelinesRoutes = [listRoute, newRoute, pipelineRoute, runFormRoute, scheduleRoute] as const;
