/**
 * Datasets and their versions, by Azure ML's words. A version is bytes in the artifact store and how they are read; the
 * same bytes read in the same way are the same version. What people change later is description and tags, never content.
 */
import type { ColumnType } from "../../base/index.ts";
import type { ColumnPurpose } from "../profile/column-purpose.ts";
import type { TableProfile } from "../profile/types.ts";
import type { Dialect } from "../read-options.ts";
import type { Step } from "./steps.ts";
import type { TimestampColumns } from "./timestamp-columns.ts";

export type Tags = Readonly<Record<string, string>>;
/** Merged into the tags that are there; null removes one. */
export type TagChanges = Readonly<Record<string, string | null>>;

export interface Dataset {
  readonly id: string;
  /** Unique in the workspace; never changed. */
  readonly name: string;
  readonly description: string;
  readonly tags: Tags;
  /** Name of the user. */
  readonly createdBy: string;
  readonly createdAt: Date;
  /** Of the dataset itself and its newest version. */
  readonly updatedAt: Date;
  readonly archivedAt: Date | null;
  /** What `latest` means; null before the first version. */
  readonly latest: VersionSummary | null;
}

/** Of the newest version, for lists. */
export interface VersionSummary {
  readonly version: number;
  readonly rows: number;
  readonly columns: number;
  /** Bytes. */
  readonly size: number;
  readonly createdAt: Date;
}

/** How to read the file, as far as it is not found out from it (data/read-options.ts). */
export interface VersionOptions {
  readonly types?: Readonly<Record<string, ColumnType>>;
  readonly nulls?: readonly string[];
  readonly delimiter?: string;
  readonly header?: boolean;
  /** Columns that say when a row is from: what steps on time look at where they name no column. */
  readonly timestamps?: TimestampColumns;
}

export interface DatasetColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** What it is for as a feature, by Azure ML's names. */
  readonly purpose: ColumnPurpose;
  /** Why, in words. */
  readonly reason: string;
  /** Rows without a value. */
  readonly nulls: number;
}

/** Where the bytes of a version come from: exactly what was said when it was made. */
export type VersionSource =
  | { readonly kind: "upload"; readonly fileName: string }
  | { readonly kind: "datastore"; readonly datastore: string; readonly path: string }
  | { readonly kind: "query"; readonly datastore: string; readonly query: string }
  | { readonly kind: "url"; readonly url: string }
  | {
      readonly kind: "derived";
      readonly dataset: string;
      readonly version: number;
      readonly steps: readonly Step[];
      /** Of a random split. */
      readonly part: "all" | "first" | "rest";
    }
  | CollectedSource
  /** Another dataset version, scored with a model version. */
  | {
      readonly kind: "scored";
      readonly dataset: string;
      readonly version: number;
      readonly model: string;
      readonly modelVersion: number;
    }
  | TransformedSource
  /** A file that the command of a step wrote. */
  | { readonly kind: "command"; readonly run: string; readonly step: string; readonly output: string };

/** The answer of a query over other versions. */
export interface TransformedSource {
  readonly kind: "transformed";
  /** By their names in the query. */
  readonly tables: Readonly<Record<string, VersionName>>;
  readonly query: string;
}

/** Rows that an endpoint collected. */
export interface CollectedSource {
  readonly kind: "collected";
  /** Name of the endpoint. */
  readonly endpoint: string;
  /** Times of the requests, ISO 8601: from then on, before then; null for all. */
  readonly from: string | null;
  readonly to: string | null;
  /** Only rows with a true label. */
  readonly labelled: boolean;
}

export interface DatasetVersion {
  readonly id: string;
  /** Name of its dataset. */
  readonly dataset: string;
  /** From 1, without gaps, never given again. */
  readonly version: number;
  readonly description: string;
  readonly tags: Tags;
  /** Of the bytes: 64 hexadecimal digits. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  readonly fileName: string;
  readonly format: Dialect["format"];
  readonly rows: number;
  /** How many. */
  readonly columns: number;
  readonly source: VersionSource;
  readonly runId: string | null;
  /** Name of the user. */
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A version with what reading it found out. */
export interface DatasetVersionDetails extends DatasetVersion {
  readonly options: VersionOptions;
  readonly dialect: Dialect;
  readonly schema: readonly DatasetColumn[];
  /** Rows that are in the file and not in the table: how many, and the first of them. */
  readonly reported: { readonly count: number; readonly rows: readonly ReportedRow[] };
  /** What was decided where the file left a choice, in sentences. */
  readonly warnings: readonly string[];
  /** What it was derived from. */
  readonly inputs: readonly VersionName[];
  /** What was derived from it, the newest first, at most 100. */
  readonly outputs: readonly VersionName[];
}

export interface ReportedRow {
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}

export interface VersionName {
  readonly dataset: string;
  readonly version: number;
}

/** A value in an answer; dates are ISO 8601 in UTC. */
export type Cell = number | string | null;

/** Rows of a version. */
export interface DatasetRows {
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  readonly rows: readonly (readonly Cell[])[];
  /** Of the whole version. */
  readonly totalRows: number;
}

/** What reading a file found out. */
export interface Inspection {
  readonly dialect: Dialect;
  readonly schema: readonly DatasetColumn[];
  readonly rows: number;
  readonly reported: { readonly count: number; readonly rows: readonly ReportedRow[] };
  readonly warnings: readonly string[];
  readonly profile: TableProfile;
  /** The first rows, as many as are short enough to be kept with the version. */
  readonly head: readonly (readonly Cell[])[];
}
