/** What the loaders of routes and the pages both ask the server: one key, one request. */
import type { InputOf } from "../api/index.ts";

export const runStatuses = ["QUEUED", "RUNNING", "FINISHED", "FAILED", "KILLED"] as const;
export type RunStatus = (typeof runStatuses)[number];

export interface AutoMLFilter {
  /** Part of the name. */
  readonly q?: string | undefined;
  readonly status?: RunStatus | undefined;
  readonly dataset?: string | undefined;
}

export function listInput(workspace: string, { q, status, dataset }: AutoMLFilter): InputOf<"listAutoMLRuns"> {
  const filter = {
    ...(q !== undefined && { name: q }),
    ...(status !== undefined && { status: [status] }),
    ...(dataset !== undefined && { dataset }),
  };
  return { workspace, query: { limit: 50, ...filter } };
}

/** To choose from: those that changed last. */
export function datasetsInput(workspace: string): InputOf<"listDatasets"> {
  return { workspace, query: { limit: 200 } };
}

export function profileInput(workspace: string, dataset: string, version?: number): InputOf<"getDatasetProfile"> {
  return { workspace, dataset, version: version === undefined ? "latest" : String(version) };
}

export function previewInput(workspace: string, dataset: string, version?: number): InputOf<"previewDataset"> {
  return { ...profileInput(workspace, dataset, version), query: { limit: 50 } };
}

/** The trials of a run, the newest first. */
export function trialsInput(workspace: string, run: string): InputOf<"listRuns"> {
  return { workspace, query: { parent: run, limit: 200, fields: ["metrics", "params", "tags"] } };
}
