import { Type } from "typebox";
import { listQuery, Name, pageOf, Tags } from "../list.ts";
import { operation } from "../operation.ts";
import { TableProfile } from "../table-profile.ts";
import {
  Cell,
  Dataset,
  DatasetComparison,
  DatasetRows,
  DatasetVersion,
  DatasetVersionDetails,
  nullable,
  object,
  Step,
  VersionOptions,
} from "./dataset-schemas.ts";

const tag = "Datasets";
const path = "/api/v1/workspaces/{workspace}/datasets";
const versionsPath = `${path}/{dataset}/versions` as const;
const versionPath = `${versionsPath}/{version}` as const;

const Description = Type.String({ maxLength: 5000, pattern: "^[^\\u0000]*$" });
const TagChanges = Type.Record(
  Type.String({ minLength: 1, maxLength: 250 }),
  Type.Union([Type.String({ maxLength: 5000 }), Type.Null()]),
  { description: "Merged into the tags that are there; null removes one." },
);
const versionPattern = "^(latest|[1-9][0-9]{0,8})$";
const versionParams = Type.Object({
  version: Type.String({ pattern: versionPattern, description: "A number, or latest." }),
});
const seed = Type.Optional(Type.Integer({ minimum: 0, maximum: 4_294_967_295, description: "Default 0." }));
const columns = Type.Optional(
  Type.Array(Type.String({ minLength: 1, maxLength: 1000 }), {
    maxItems: 1000,
    description: "Names of columns, in the order wanted; absent: all.",
  }),
);
const uploadId = Type.String({ minLength: 1, maxLength: 64, description: "Id of an upload that is stored." });

const SourceRequest = Type.Union([
  object({ upload: uploadId }),
  object({ datastore: Name, path: Type.String({ minLength: 1, maxLength: 1000 }) }),
  object({ datastore: Name, query: Type.String({ minLength: 1, maxLength: 100_000, description: "One SELECT." }) }),
  object({ url: Type.String({ minLength: 1, maxLength: 8000, description: "https://…" }) }),
]);

const CreatedVersion = Type.Object(
  {
    version: DatasetVersionDetails,
    created: Type.Boolean({ description: "false: the dataset has these bytes, read in this way, already." }),
  },
  { $id: "CreatedDatasetVersion", additionalProperties: false },
);

const collectionOperations = {
  listDatasets: operation({
    method: "GET",
    path,
    summary: "List the datasets",
    description: "Sorted by name, created or updated; by default those that changed last come first.",
    tag,
    access: "reader",
    query: Type.Object({
      ...listQuery,
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: "Part of the name." })),
      tag: Type.Optional(
        Type.Array(Type.String({ pattern: "^[^=\\u0000]{1,250}=[^\\u0000]{0,5000}$" }), {
          maxItems: 20,
          description: "NAME=VALUE; only those that have all of them.",
        }),
      ),
      archived: Type.Optional(
        Type.Boolean({ default: false, description: "The archived ones instead of the others." }),
      ),
    }),
    result: pageOf(Dataset),
  }),
  createDataset: operation({
    method: "POST",
    path,
    summary: "Create a dataset without a version",
    tag,
    access: "contributor",
    body: object({ name: Name, description: Type.Optional(Description), tags: Type.Optional(Tags) }),
    status: 201,
    result: Dataset,
    errors: [409],
  }),
  getDataset: operation({
    method: "GET",
    path: `${path}/{dataset}`,
    summary: "Get a dataset",
    tag,
    access: "reader",
    result: Dataset,
  }),
  updateDataset: operation({
    method: "PATCH",
    path: `${path}/{dataset}`,
    summary: "Change a dataset's description and tags, archive it or take it back",
    description: "Archived datasets are left out of lists and take no new versions; the versions that they have stay.",
    tag,
    access: "contributor",
    body: object({
      description: Type.Optional(Description),
      tags: Type.Optional(TagChanges),
      archived: Type.Optional(Type.Boolean()),
    }),
    result: Dataset,
  }),
};

const versionOperations = {
  listDatasetVersions: operation({
    method: "GET",
    path: versionsPath,
    summary: "List the versions of a dataset",
    description: "Sorted by version or created, the newest first by default.",
    tag,
    access: "reader",
    query: Type.Object({ ...listQuery }),
    result: pageOf(DatasetVersion),
  }),
  createDatasetVersion: operation({
    method: "POST",
    path: versionsPath,
    summary: "Create a version of a dataset from a file",
    description:
      "The file is read from its first row to its last and profiled before the version is stored; one that cannot be read is refused with the line and the reason. The same bytes read in the same way are the same version.",
    tag,
    access: "contributor",
    body: object({
      source: SourceRequest,
      createDataset: Type.Optional(
        Type.Boolean({
          description: "Create the dataset where it is not there, with this description and these tags.",
        }),
      ),
      options: Type.Optional(VersionOptions),
      description: Type.Optional(Description),
      tags: Type.Optional(Tags),
      runId: Type.Optional(Type.String({ pattern: "^[0-9a-f]{32}$", description: "The run that made it." })),
    }),
    result: CreatedVersion,
    errors: [403, 409, 413, 424, 502, 504, 507],
  }),
  getDatasetVersion: operation({
    method: "GET",
    path: versionPath,
    params: versionParams,
    summary: "Get a version with its schema and lineage",
    tag,
    access: "reader",
    result: DatasetVersionDetails,
  }),
  getDatasetVersionById: operation({
    method: "GET",
    path: "/api/v1/workspaces/{workspace}/dataset-versions/{id}",
    summary: "Get a version by its id",
    tag,
    access: "reader",
    result: DatasetVersionDetails,
  }),
  updateDatasetVersion: operation({
    method: "PATCH",
    path: versionPath,
    params: versionParams,
    summary: "Change a version's description and tags",
    tag,
    access: "contributor",
    body: object({ description: Type.Optional(Description), tags: Type.Optional(TagChanges) }),
    result: DatasetVersionDetails,
  }),
  deriveDatasetVersion: operation({
    method: "POST",
    path: `${versionPath}/derive`,
    params: versionParams,
    summary: "Make a version of another dataset from rows and columns of this one",
    description: "A random_split, as the last step, makes two: under `name` and under `restName`.",
    tag,
    access: "contributor",
    body: object({
      steps: Type.Array(Step, { minItems: 1, maxItems: 100 }),
      name: Name,
      restName: Type.Optional(Name),
      format: Type.Optional(Type.Enum(["csv", "parquet"], { description: "Absent: that of the version." })),
      description: Type.Optional(Description),
      tags: Type.Optional(Tags),
    }),
    result: Type.Object(
      { first: CreatedVersion, rest: nullable(CreatedVersion) },
      { $id: "DerivedDatasetVersions", additionalProperties: false },
    ),
    errors: [409, 413, 507],
  }),
};

const DatasetPartition = object({
  keys: Type.Record(Type.String(), Cell, { description: "Value of each partition key; null for rows without one." }),
  version: DatasetVersionDetails,
  created: Type.Boolean({ description: "false: the dataset has these bytes, read in this way, already." }),
});

const partitionOperations = {
  partitionDatasetVersion: operation({
    method: "POST",
    path: `${versionPath}/partition`,
    params: versionParams,
    summary: "Make a dataset for each combination of values of columns",
    description:
      "Azure ML's partition_by. A partition is named by `name` and its values, has them as tags, and keeps the key columns; at most 100 partitions.",
    tag,
    access: "contributor",
    body: object({
      columns: Type.Array(Type.String({ minLength: 1, maxLength: 1000 }), {
        minItems: 1,
        maxItems: 10,
        uniqueItems: true,
        description: "The partition keys.",
      }),
      name: Name,
      format: Type.Optional(Type.Enum(["csv", "parquet"], { description: "Absent: that of the version." })),
      description: Type.Optional(Description),
      tags: Type.Optional(Tags),
    }),
    result: Type.Object(
      { partitions: Type.Array(DatasetPartition, { description: "In the order in which their keys first appear." }) },
      { $id: "DatasetPartitions", additionalProperties: false },
    ),
    errors: [409, 413, 422, 507],
  }),
};

const contentOperations = {
  getDatasetProfile: operation({
    method: "GET",
    path: `${versionPath}/profile`,
    params: versionParams,
    summary: "Get what every column of a version holds, and what looks wrong",
    tag,
    access: "reader",
    result: TableProfile,
  }),
  previewDataset: operation({
    method: "GET",
    path: `${versionPath}/preview`,
    params: versionParams,
    summary: "Get rows of a version",
    description: "The first rows come at once; for others the file is read.",
    tag,
    access: "reader",
    query: Type.Object({
      offset: Type.Optional(Type.Integer({ minimum: 0, default: 0, description: "Rows to pass by." })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100, description: "Rows at most." })),
      columns,
    }),
    result: DatasetRows,
    errors: [413],
  }),
  sampleDataset: operation({
    method: "GET",
    path: `${versionPath}/sample`,
    params: versionParams,
    summary: "Get rows of a version at random, in their order; the same ones for the same seed",
    tag,
    access: "reader",
    query: Type.Object({
      rows: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100, description: "How many." })),
      seed,
      columns,
    }),
    result: DatasetRows,
    errors: [413],
  }),
  downloadDataset: operation({
    method: "GET",
    path: `${versionPath}/download`,
    params: versionParams,
    summary: "Download a version as a file",
    description:
      "In the format that it has: the bytes as they came, with their sha256 as ETag; Range and If-Range let a download that broke off go on. In the other format it is written anew, as a whole.",
    tag,
    access: "reader",
    query: Type.Object({ format: Type.Optional(Type.Enum(["csv", "parquet"])) }),
    download: "application/octet-stream",
    errors: [413, 416, 507],
  }),
  compareDatasetVersions: operation({
    method: "GET",
    path: `${versionPath}/compare`,
    params: versionParams,
    summary: "Say how another version differs from this one",
    description: "Schema, rows, and for each common column how far its distribution has moved.",
    tag,
    access: "reader",
    query: Type.Object({
      with: Type.String({ pattern: versionPattern, description: "The later version: a number, or latest." }),
    }),
    result: DatasetComparison,
    errors: [413],
  }),
};

export const datasetOperations = {
  ...collectionOperations,
  ...versionOperations,
  ...partitionOperations,
  ...contentOperations,
};
