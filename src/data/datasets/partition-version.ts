/** Azure ML's partition_by: a version becomes several datasets, one for each combination of the values of columns. */
import { createReadStream } from "node:fs";
import { idOf } from "../../base/index.ts";
import type { Actor } from "../../store/index.ts";
import { createVersion, type CreatedVersion } from "./create-version.ts";
import type { Condition } from "./filter.ts";
import type { PartitionFile } from "./process/tasks.ts";
import { getVersionFile, withFile, type VersionFile } from "./read-version.ts";
import type { VersionRef } from "./rows.ts";
import type { DatasetServices } from "./services.ts";
import type { Cell, Tags } from "./types.ts";

export interface Partitioning extends VersionRef {
  /** The partition keys. */
  readonly columns: readonly string[];
  /** The datasets are named by it and the values: "sales-eu-2024". */
  readonly name: string;
  /** Default: that of the version. */
  readonly format?: "csv" | "parquet" | undefined;
  readonly description?: string | undefined;
  /** Of every partition, besides its keys. */
  readonly tags?: Tags | undefined;
  /** Id of the request, from which those of the versions are made. */
  readonly id: string;
}

export interface Partition extends CreatedVersion {
  /** By column. */
  readonly keys: Readonly<Record<string, Cell>>;
}

/** Each is a dataset with a version: with more of them somebody has chosen a column of ids. */
const mostPartitions = 100;
/** Characters of a dataset's name (contract/list.ts). */
const longestName = 128;
/** Characters of a tag's name. */
const longestTag = 250;

/**
 * In the order in which the keys first appear. Each partition knows what it was made of, has its keys as tags, and keeps
 * the key columns.
 * @throws SLW_DATASET_*, SLW_DATA_COLUMN_MISSING
 */
export async function partitionVersion(
  services: DatasetServices,
  request: Partitioning,
  actor: Actor,
  signal?: AbortSignal,
): Promise<Partition[]> {
  const file = await getVersionFile(services.database, request);
  const format = request.format ?? file.version.format;
  return services.processes.withFolder(async (folder) => {
    const { columns } = request;
    const found = await withFile(services, file, (tableFile) =>
      services.processes.run("partition", { file: tableFile, columns, format, folder, most: mostPartitions }, signal),
    );
    const names = nameAll(
      request.name,
      found.map(({ values }) => values),
    );
    const partitions: Partition[] = [];
    for (const [index, part] of found.entries()) {
      const dataset = names[index] as string;
      partitions.push(await store(services, { request, file, part, dataset, format }, actor, signal));
    }
    return partitions;
  });
}

interface ToStore {
  readonly request: Partitioning;
  readonly file: VersionFile;
  readonly part: PartitionFile;
  readonly dataset: string;
  readonly format: "csv" | "parquet";
}

async function store(
  services: DatasetServices,
  { request, file, part, dataset, format }: ToStore,
  actor: Actor,
  signal: AbortSignal | undefined,
): Promise<Partition> {
  const { workspaceId, columns, description, tags, id } = request;
  const { version } = file;
  const keys = Object.fromEntries(columns.map((column, index) => [column, part.values[index] as Cell]));
  const stored = await services.artifacts.put(createReadStream(part.path), signal ? { signal } : {});
  const created = await createVersion(
    services,
    {
      id: idOf(`${id}/${JSON.stringify(part.values)}`),
      workspaceId,
      dataset,
      createDataset: true,
      options: part.options,
      file: stored,
      fileName: `${dataset}.${format}`,
      source: {
        kind: "derived",
        dataset: version.dataset,
        version: version.version,
        steps: [{ step: "filter", where: Object.entries(keys).map(([column, value]) => conditionOf(column, value)) }],
        part: "all",
      },
      inputs: [version.id],
      description,
      tags: { ...tags, ...keyTags(keys) },
    },
    actor,
    signal,
  );
  return { ...created, keys };
}

function conditionOf(column: string, value: Cell): Condition {
  return value === null ? { column, is: "is_null" } : { column, is: "=", value };
}

function keyTags(keys: Readonly<Record<string, Cell>>): Tags {
  const short = Object.entries(keys).filter(([name]) => name.length <= longestTag);
  return Object.fromEntries(short.map(([name, value]) => [name, value === null ? "" : String(value).slice(0, 5000)]));
}

/** "sales" and ["EU west", null] as "sales-EU-west-null"; two that would be the same get a number. */
export function nameAll(base: string, all: readonly (readonly Cell[])[]): string[] {
  const taken = new Set<string>();
  return all.map((values) => {
    const words = values.map(
      (value) =>
        String(value)
          .replace(/[^A-Za-z0-9_.]+/g, "-")
          .replace(/^-+|-+$/g, "") || "empty",
    );
    const plain = [base, ...words].join("-").slice(0, longestName);
    let name = plain;
    // Names of datasets differ by more than case where files are made of them.
    for (let number = 2; taken.has(name.toLowerCase()); number++) {
      name = `${plain.slice(0, longestName - 1 - String(number).length)}-${number}`;
    }
    taken.add(name.toLowerCase());
    return name;
  });
}
