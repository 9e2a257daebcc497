/** All addresses of the studio. */
import type { QueryClient } from "@tanstack/react-query";
import { createMemoryHistory, createRouter } from "@tanstack/react-router";
import { FailurePage, NotFoundPage } from "./app/failure-pages.tsx";
import { rootRoute, workspaceRoute } from "./app/index.ts";
import { parseSearch, stringifySearch } from "./app/search.ts";
import { automlRoutes } from "./automl/index.ts";
import { computeRoutes } from "./compute/index.ts";
import { dataRoutes } from "./data/index.ts";
import { endpointsRoutes } from "./endpoints/index.ts";
import { homeRoutes } from "./home/index.ts";
import { jobsRoutes } from "./jobs/index.ts";
import { modelsRoutes } from "./models/index.ts";
import { pipelinesRoutes } from "./pipelines/index.ts";
import { settingsRoutes } from "./settings/index.ts";
import { startRoute, signInRoute } from "./app/sign-in-routes.ts";

const features = [
  ...homeRoutes,
  ...dataRoutes,
  ...jobsRoutes,
  ...automlRoutes,
  ...computeRoutes,
  ...settingsRoutes,
  ...endpointsRoutes,
  ...modelsRoutes,
  ...pipelinesRoutes,
] as const;

const routeTree = rootRoute.addChildren([startRoute, signInRoute, workspaceRoute.addChildren(features)]);

/** @param drawn address of a page that is drawn where there is no window */
export function createStudioRouter(queryClient: QueryClient, drawn?: string) {
  return createRouter({
    routeTree,
    context: { queryClient },
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    // What is preloaded is in the cache of queries, which knows better how old it is.
    defaultPreloadStaleTime: 0,
    defaultErrorComponent: FailurePage,
    defaultNotFoundComponent: NotFoundPage,
    // By a script in the page, where that is drawn.
    scrollRestoration: drawn === undefined,
    ...(drawn !== undefined && { history: createMemoryHistory({ initialEntries: [drawn] }) }),
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createStudioRouter>;
  }
}
