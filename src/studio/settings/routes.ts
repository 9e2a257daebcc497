import { createRoute } from "@tanstack/react-router";
import { infinite, query } from "../api/index.ts";
import { searchChoice, searchText, workspaceRoute } from "../app/index.ts";
import { accessTabs, auditInput, type AccessTab, type AuditSearch } from "./search.ts";

const accessRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "/access",
  validateSearch: (raw): { tab?: AccessTab | undefined } => ({
    tab: searchChoice(
      raw["tab"],
      accessTabs.map(({ id }) => id),
    ),
  }),
  loader: ({ context }) => context.queryClient.ensureQueryData(query("listMyTokens", { query: { limit: 200 } })),
}).lazy(() => import("./access-page.tsx").then(({ route }) => route));

const auditRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "/audit",
  validateSearch: (raw): AuditSearch => ({ user: searchText(raw["user"]), subject: searchText(raw["subject"]) }),
  loaderDeps: ({ search }) => search,
  loader: ({ context, params, deps }) =>
    context.queryClient.ensureInfiniteQueryData(infinite("listAudit", auditInput(params.workspace, deps))),
}).lazy(() => import("./audit-page.tsx").then(({ route }) => route));

export const settingsRoutes = [accessRoute, auditRoute] as const;
