/** Addresses of the endpoints' pages, and what they ask for first. */
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
import { answeringModel, isAnswering } from "./answering-model.ts";
import { endpointTabs, examplesQuery, languages, listInput, logTail, ranges, type EndpointSearch } from "./asked.ts";
import { metricsQuery } from "./metrics-query.ts";

const endpointsRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "/endpoints",
  validateSearch: (
    raw,
  ): { q?: string | undefined; sort?: ReturnType<typeof searchSort<"name" | "created" | "updated">> } => ({
    q: searchText(raw["q"]),
    sort: searchSort(raw["sort"], ["name", "created", "updated"]),
  }),
  loaderDeps: ({ search }) => search,
  loader: ({ context, params, deps }) =>
    context.queryClient.ensureInfiniteQueryData(infinite("listEndpoints", listInput(params.workspace, deps))),
}).lazy(() => import("./endpoints-page.tsx").then(({ route }) => route));

const newEndpointRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "/endpoints/new",
  validateSearch: (raw): { model?: string | undefined; open?: string[] | undefined } => ({
    model: searchText(raw["model"]),
    open: searchList(raw["open"]),
  }),
  loader: ({ context, params: { workspace } }) =>
    context.queryClient.ensureQueryData(query("listModels", { workspace, query: { limit: 200, sort: "-updated" } })),
}).lazy(() => import("./new-endpoint-page.tsx").then(({ route }) => route));

const endpointRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "/endpoints/$endpoint",
  validateSearch: (raw): EndpointSearch => ({
    tab: searchChoice(raw["tab"], endpointTabs),
    mode: searchChoice(raw["mode"], ["json"]),
    explain: searchFlag(raw["explain"]),
    deployment: searchText(raw["deployment"]),
    language: searchChoice(raw["language"], languages),
    level: searchChoice(raw["level"], ["warn", "error"]),
    status: searchChoice(raw["status"], ["2xx", "4xx", "5xx"]),
    slow: searchNumber(raw["slow"], { min: 0 }),
    request: searchText(raw["request"]),
    range: searchChoice(raw["range"], ranges),
    open: searchList(raw["open"]),
  }),
  loaderDeps: ({ search: { tab, level, request, range } }) => ({ tab, level, request, range }),
  loader: async ({ context: { queryClient }, params: { workspace, endpoint }, deps }) => {
    const found = queryClient.ensureQueryData(query("getEndpoint", { workspace, endpoint }));
    // What a tab shows comes beside the endpoint; where it fails the tab says so, and the rest of the page stands.
    const { tab = "test" } = deps;
    const parts: Promise<unknown>[] = [];
    if (tab === "logs") parts.push(queryClient.prefetchQuery(logTail({ workspace, endpoint, ...deps })));
    if (tab === "metrics")
      parts.push(queryClient.prefetchQuery(metricsQuery({ workspace, endpoint, range: deps.range ?? "1h" })));
    if (tab === "deployments")
      parts.push(queryClient.prefetchQuery(metricsQuery({ workspace, endpoint, range: "1h" })));
    if (tab === "test" || tab === "consume" || tab === "swagger") {
      const known = await found;
      const model = answeringModel(known.deployments);
      if (isAnswering(known)) parts.push(queryClient.prefetchQuery(examplesQuery(workspace, endpoint)));
      if (model && tab !== "consume")
        parts.push(queryClient.prefetchQuery(query("getModelVersion", { workspace, ...model })));
    }
    await Promise.all([found, ...parts]);
  },
}).lazy(() => import("./endpoint-page.tsx").then(({ route }) => route));

export const endpointsRoutes = [endpointsRoute, newEndpointRoute, endpointRoute];
