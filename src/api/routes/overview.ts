import { operations } from "../../contract/index.ts";
import { readOverview } from "../overview.ts";
import { route, type Route } from "../route.ts";
import { searchWorkspace } from "../search-workspace.ts";
import type { Services } from "../services.ts";

export function overviewRoutes({ database }: Services): Route[] {
  return [
    route(operations.getOverview, ({ workspace }) => readOverview(database, workspace.id)),
    route(operations.search, ({ workspace, query }) => searchWorkspace(database, workspace.id, query.q)),
  ];
}
