/** The roots of all addresses; features hang their routes under them. */
import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute } from "@tanstack/react-router";
import { query } from "../api/index.ts";
import { BareFailurePage, BareNotFoundPage } from "./failure-pages.tsx";
import { Shell } from "./shell.tsx";

interface RouterContext {
  readonly queryClient: QueryClient;
}

export const rootRoute = createRootRouteWithContext<RouterContext>()({ notFoundComponent: BareNotFoundPage });

export const workspaceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/w/$workspace",
  loader: async ({ context }) => {
    await Promise.all([
      context.queryClient.ensureQueryData(query("whoAmI", {})),
      context.queryClient.ensureQueryData(query("listWorkspaces", { query: { limit: 200 } })),
    ]);
  },
  component: Shell,
  errorComponent: BareFailurePage,
});
