/** All routes of /api/v1: one for each operation of the contract. */
import type { Route } from "../route.ts";
import type { Services } from "../services.ts";
import { accessRoutes } from "./access.ts";
import { serverRoutes } from "./server.ts";
import { workspaceRoutes } from "./workspaces.ts";

export function apiRoutes(services: Services): Route[] {
  return [...serverRoutes(), ...accessRoutes(services), ...workspaceRoutes(services)];
}
