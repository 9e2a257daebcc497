/** What the addresses of datasets say, and what is asked of the server for it. */
import type { InputOf } from "../api/index.ts";

export const datasetTabs = [
  { id: "preview", label: "Preview" },
  { id: "profile", label: "Profile" },
  { id: "schema", label: "Schema" },
  { id: "diff", label: "Compare" },
  { id: "lineage", label: "Lineage" },
] as const;
export type DatasetTab = (typeof datasetTabs)[number]["id"];

export const datasetSorts = ["name", "created", "updated"] as const;
type DatasetSort = (typeof datasetSorts)[number];

export interface DataSearch {
  readonly q?: string | undefined;
  readonly sort?: DatasetSort | `-${DatasetSort}` | undefined;
  readonly archived?: true | undefined;
}

export interface NewDatasetSearch {
  /** A further version of this one. */
  readonly dataset?: string | undefined;
  readonly from?: "file" | "url" | "datastore" | "query" | undefined;
  readonly datastore?: string | undefined;
  readonly path?: string | undefined;
  readonly open?: string[] | undefined;
}

export interface DatasetSearch {
  /** Absent: the latest. */
  readonly version?: number | undefined;
  readonly tab?: DatasetTab | undefined;
  /** Column whose profile is open. */
  readonly column?: string | undefined;
  /** Version to compare with. */
  readonly against?: number | undefined;
  /** Part of the names of columns that are shown. */
  readonly q?: string | undefined;
  readonly open?: string[] | undefined;
}

export function datasetsInput(workspace: string, { q, sort, archived }: DataSearch): InputOf<"listDatasets"> {
  return {
    workspace,
    query: { limit: 100, ...(q && { name: q }), ...(sort && { sort }), ...(archived && { archived }) },
  };
}

/** Versions to choose from. */
export function versionsInput(workspace: string, dataset: string): InputOf<"listDatasetVersions"> {
  return { workspace, dataset, query: { limit: 200 } };
}

/** Rows that are asked for at a time. */
export const previewRows = 200;

export function previewInput(
  workspace: string,
  dataset: string,
  version: string,
  page: number,
): InputOf<"previewDataset"> {
  return { workspace, dataset, version, query: { offset: page * previewRows, limit: previewRows } };
}
