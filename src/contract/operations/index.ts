/** All operations of /api/v1 by their operationId. */
import { accessOperations } from "./access.ts";
import { serverOperations } from "./server.ts";
import { workspaceOperations } from "./workspaces.ts";

export const operations = {
  ...serverOperations,
  ...accessOperations,
  ...workspaceOperations,
};
export type Operations = typeof operations;
