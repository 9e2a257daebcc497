import { createRoute } from "@tanstack/react-router";
import { infinite, query } from "../api/index.ts";
import { searchFlag, searchNumber, workspaceRoute } from "../app/index.ts";
import { environmentsInput } from "./environments-input.ts";

const computeRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "/compute",
  loader: async ({ context: { queryClient }, params: { workspace } }) => {
    await Promise.all([
      queryClient.ensureQueryData(query("getComputeSummary", { workspace })),
      queryClient.ensureQueryData(query("listQueue", { workspace, query: {} })),
    ]);
  },
}).lazy(() => import("./compute-page.tsx").then(({ route }) => route));

const environmentsRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "/environments",
  validateSearch: (raw): { new?: true | undefined } => ({ new: searchFlag(raw["new"]) }),
  loader: ({ context, params }) =>
    context.queryClient.ensureInfiniteQueryData(infinite("listEnvironments", environmentsInput(params.workspace))),
}).lazy(() => import("./environments-page.tsx").then(({ route }) => route));

const environmentRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "/environments/$environment",
  validateSearch: (raw): { version?: number | undefined; against?: number | undefined } => ({
    version: searchNumber(raw["version"], { min: 1 }),
    against: searchNumber(raw["against"], { min: 1 }),
  }),
  loader: async ({ context: { queryClient }, params: { workspace, environment } }) => {
    await Promise.all([
      queryClient.ensureQueryData(query("getEnvironment", { workspace, environment })),
      queryClient.ensureQueryData(query("listEnvironmentVersions", { workspace, environment, query: { limit: 200 } })),
    ]);
  },
}).lazy(() => import("./environment-page.tsx").then(({ route }) => route));

export const computeRoutes = [computeRoute, environmentsRoute, environmentRoute] as const;
