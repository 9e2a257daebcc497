/** The rows of a version: a page, a random sample, all of them as a file; and two versions side by side. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { SlipwayError } from "../../base/index.ts";
import type { Queryable } from "../../store/index.ts";
import type { Dialect } from "../read-options.ts";
import type { TableComparison } from "./compare-tables.ts";
import { withLocalFile } from "./local-file.ts";
import type { TableFile } from "./process/tasks.ts";
import type { DatasetRef, VersionRef } from "./rows.ts";
import type { DatasetServices } from "./services.ts";
import type { Cell, DatasetColumn, DatasetRows, DatasetVersion, VersionOptions } from "./types.ts";
import { getVersion } from "./versions.ts";

/** What reading the file of a version needs. */
export interface VersionFile {
  readonly version: DatasetVersion;
  readonly options: VersionOptions;
}

/**
 * A version and how its file is read: for readers of the whole table. Columns keep the types that they had when the
 * version was made.
 * @throws SLW_DATASET_UNKNOWN, SLW_DATASET_VERSION
 */
export async function getVersionFile(database: Queryable, ref: VersionRef): Promise<VersionFile> {
  const version = await getVersion(database, ref);
  const { options } = await database
    .selectFrom("dataset_versions")
    .select("options")
    .where("id", "=", version.id)
    .executeTakeFirstOrThrow();
  return { version, options };
}

export interface RowsRequest extends VersionRef {
  /** Null for all, in their order. */
  readonly columns: readonly string[] | null;
}

/**
 * A page of rows. The first ones are kept with the version and cost nothing; for others the file is read.
 * @throws SLW_DATASET_*, SLW_DATA_COLUMN_MISSING
 */
export async function previewRows(
  services: DatasetServices,
  { offset, limit, columns, ...ref }: RowsRequest & { readonly offset: number; readonly limit: number },
  signal?: AbortSignal,
): Promise<DatasetRows> {
  const { version, options } = await getVersionFile(services.database, ref);
  const { head, schema, dialect, reported } = await readHead(services.database, version.id);
  const end = Math.min(offset + limit, version.rows);
  if (end <= head.length || offset >= version.rows)
    return pageOfHead({ head, schema }, version, { offset, end, columns });
  const known = { dialect, columns: schema, rows: version.rows, reported };
  return services.processes.withFolder((folder) =>
    withFile(services, { version, options }, (file) =>
      services.processes.run("rows", { file, choice: { offset, limit }, columns, known, folder }, signal),
    ),
  );
}

interface Head {
  readonly head: readonly (readonly Cell[])[];
  readonly schema: readonly DatasetColumn[];
  readonly dialect: Dialect;
  /** Lines that are no rows. */
  readonly reported: number;
}

async function readHead(database: Queryable, id: string): Promise<Head> {
  const row = await database
    .selectFrom("dataset_versions")
    .select(["head", "columns", "dialect", "reported_count as reported"])
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  const { head, columns, dialect, reported } = row;
  return { head: head as Head["head"], schema: columns as Head["schema"], dialect: dialect as Dialect, reported };
}

function pageOfHead(
  { head, schema }: Pick<Head, "head" | "schema">,
  version: DatasetVersion,
  { offset, end, columns }: { offset: number; end: number; columns: readonly string[] | null },
): DatasetRows {
  const places = columns === null ? schema.map((_, index) => index) : columns.map((name) => placeOf(schema, name));
  return {
    columns: places.map((place) => ({ name: schema[place]!.name, type: schema[place]!.type })),
    rows: head.slice(offset, end).map((row) => places.map((place) => row[place]!)),
    totalRows: version.rows,
  };
}

function placeOf(schema: readonly DatasetColumn[], name: string): number {
  const place = schema.findIndex((column) => column.name === name);
  if (place >= 0) return place;
  const names = schema.map((column) => column.name);
  throw new SlipwayError(
    "SLW_DATA_COLUMN_MISSING",
    `There is no column ${JSON.stringify(name)}; there are ${names.slice(0, 30).join(", ")}.`,
    { details: { column: name, columns: names } },
  );
}

/** Rows at random without repetition, in the order of the file; the same ones for the same seed. */
export async function sampleRows(
  services: DatasetServices,
  { rows, seed, columns, ...ref }: RowsRequest & { readonly rows: number; readonly seed: number },
  signal?: AbortSignal,
): Promise<DatasetRows> {
  const file = await getVersionFile(services.database, ref);
  return withFile(services, file, (tableFile) =>
    services.processes.run("rows", { file: tableFile, choice: { sample: rows, seed }, columns }, signal),
  );
}

/** @throws SLW_DATASET_* */
export async function compareVersions(
  services: DatasetServices,
  { baseline, target, ...ref }: DatasetRef & Record<"baseline" | "target", VersionRef["version"]>,
  signal?: AbortSignal,
): Promise<TableComparison> {
  const [before, after] = await Promise.all([
    getVersionFile(services.database, { ...ref, version: baseline }),
    getVersionFile(services.database, { ...ref, version: target }),
  ]);
  return withFile(services, before, (beforeFile) =>
    withFile(services, after, (afterFile) =>
      services.processes.run("compare", { baseline: beforeFile, target: afterFile }, signal),
    ),
  );
}

export interface DownloadedFile {
  readonly stream: Readable;
  /** Bytes of the whole. */
  readonly size: number;
  readonly fileName: string;
  /** Of the whole; null where the file was written anew. */
  readonly sha256: string | null;
  /** The bytes that `stream` has, from `start` up to and without `end`; null for all. */
  readonly range: ByteRange | null;
}

interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * All rows as a file. In the format that the version has, these are its bytes as they came; in the other one it is
 * written anew.
 */
export async function downloadVersion(
  services: DatasetServices,
  {
    format,
    chooseRange,
    ...ref
  }: VersionRef & {
    readonly format?: "csv" | "parquet" | undefined;
    /** Which bytes of so many with this sha256; null for all. Not asked where the file is written anew. */
    readonly chooseRange?: (size: number, sha256: string) => ByteRange | null;
  },
  signal?: AbortSignal,
): Promise<DownloadedFile> {
  const file = await getVersionFile(services.database, ref);
  const { version } = file;
  const wanted = format ?? version.format;
  const fileName = `${version.dataset}-${version.version}.${wanted}`;
  if (wanted === version.format) {
    const { sha256, size } = version;
    const range = chooseRange?.(size, sha256) ?? null;
    return { stream: await services.artifacts.read(sha256, range ?? {}), size, fileName, sha256, range };
  }
  return services.processes.withFolder(async (folder) => {
    const output = join(folder, fileName);
    await withFile(services, file, (tableFile) =>
      services.processes.run("derive", { file: tableFile, steps: [], format: wanted, outputs: [output] }, signal),
    );
    const stream = createReadStream(output);
    // Once it is open its folder may go.
    await new Promise<void>((resolve, reject) => stream.once("open", () => resolve()).once("error", reject));
    return { stream, size: (await stat(output)).size, fileName, sha256: null, range: null };
  });
}

/** Runs `work` with the file of a version as the table process takes it. */
export function withFile<T>(
  services: DatasetServices,
  { version, options }: VersionFile,
  work: (file: TableFile) => Promise<T>,
): Promise<T> {
  return withLocalFile(services, version.sha256, (path) => work({ path, name: version.fileName, options }));
}
