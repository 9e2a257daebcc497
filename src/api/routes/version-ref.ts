import type { VersionRef } from "../../data/index.ts";
import type { WorkspaceRef } from "../route.ts";

/** Which version of a dataset a path names. */
export function versionRef(
  workspace: WorkspaceRef,
  { dataset, version }: { readonly dataset: string; readonly version: string },
): VersionRef {
  return { workspaceId: workspace.id, dataset, version: parseVersion(version) };
}

/** A number or "latest", as the contract's pattern has it. */
export function parseVersion(text: string): number | "latest" {
  return text === "latest" ? text : Number(text);
}
