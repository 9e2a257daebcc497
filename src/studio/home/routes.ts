import { createRoute } from "@tanstack/react-router";
import { query } from "../api/index.ts";
import { searchFlag, searchList, workspaceRoute } from "../app/index.ts";

export interface HomeSearch {
  /** Only what the user has started. */
  mine?: true;
  open?: string[];
}

const homeRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: "/",
  validateSearch: (raw: Record<string, unknown>): HomeSearch => ({
    mine: searchFlag(raw["mine"]),
    open: searchList(raw["open"]),
  }),
  loader: async ({ context: { queryClient }, params: { workspace } }) => {
    await queryClient.ensureQueryData(query("getOverview", { workspace }));
  },
}).lazy(() => import("./home-page.tsx").then(({ route }) => route));

export const homeRoutes = [homeRoute] as const;
