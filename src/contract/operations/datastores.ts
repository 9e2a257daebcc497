import { Type, type Static } from "typebox";
import { listQuery, Name, pageOf, Timestamp } from "../list.ts";
import { operation } from "../operation.ts";

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const tag = "Datastores";
const object = <T extends Type.TProperties>(properties: T) => Type.Object(properties, { additionalProperties: false });
const text = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, pattern: "^[^\\u0000-\\u001f\\u007f]*$", description });
const host = Type.String({
  pattern: "^([A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9a-fA-F:]{2,45})$",
  description: "Name or address.",
});

const settings = {
  disk: object({ folder: text(1000, "Absolute path, in a folder that the server's operator allows.") }),
  s3: object({
    bucket: Type.String({ pattern: "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$" }),
    prefix: Type.String({
      maxLength: 900,
      pattern: "^([A-Za-z0-9!_.*'()=-]+(/[A-Za-z0-9!_.*'()=-]+)*)?$",
      description: 'Beginning of all keys, without slashes at its ends; "" for the whole bucket.',
    }),
    region: Type.String({ pattern: "^[a-z0-9-]{1,40}$" }),
    endpoint: Type.Optional(
      Type.String({ maxLength: 500, description: "Of an S3-compatible server: https://host[:port]." }),
    ),
  }),
  postgres: object({
    host,
    port: Type.Integer({ minimum: 1, maximum: 65_535 }),
    database: text(63, "Name of the database."),
    user: text(63, "A user that can read what is queried, and no more."),
    tls: Type.Enum(["verify", "off"], { description: "verify: encrypted, and the certificate is checked." }),
  }),
  https: object({ url: Type.String({ maxLength: 2000, description: "Paths are appended to it." }) }),
};

/** Kind, settings and credentials. */
const DatastoreConfig = Type.Union([
  object({ kind: Type.Literal("disk"), settings: settings.disk }),
  object({
    kind: Type.Literal("s3"),
    settings: settings.s3,
    credentials: Type.Optional(
      object({
        accessKeyId: text(200, "Access key."),
        secretAccessKey: text(200, "Its secret."),
        sessionToken: Type.Optional(text(5000, "Of temporary keys.")),
      }),
    ),
  }),
  object({
    kind: Type.Literal("postgres"),
    settings: settings.postgres,
    credentials: Type.Optional(object({ password: text(1000, "Of the user.") })),
  }),
  object({
    kind: Type.Literal("https"),
    settings: settings.https,
    credentials: Type.Optional(object({ token: text(5000, "Sent as Authorization: Bearer.") })),
  }),
]);

export const Datastore = Type.Object(
  {
    name: Name,
    kind: Type.Enum(["disk", "s3", "postgres", "https"]),
    description: Type.String(),
    settings: Type.Union([settings.disk, settings.s3, settings.postgres, settings.https]),
    hasCredentials: Type.Boolean({ description: "They are stored encrypted, and never handed out." }),
    createdBy: Type.String({ description: "Name of the user." }),
    createdAt: Timestamp,
  },
  { $id: "Datastore", additionalProperties: false },
);
export type Datastore = Static<typeof Datastore>;

const DatastorePath = object({
  path: Type.String({ description: "Relative to the datastore; of a folder with a slash at its end." }),
  size: nullable(Type.Integer({ minimum: 0, description: "Bytes." })),
  modifiedAt: nullable(Timestamp),
});

const DatastoreTest = Type.Object(
  {
    ok: Type.Boolean(),
    milliseconds: Type.Integer({ minimum: 0, description: "How long the answer took." }),
    code: nullable(Type.String({ description: "Code of the error." })),
    message: nullable(Type.String({ description: "Why it does not work." })),
  },
  { $id: "DatastoreTest", additionalProperties: false },
);

const path = "/api/v1/workspaces/{workspace}/datastores";

export const datastoreOperations = {
  listDatastores: operation({
    method: "GET",
    path,
    summary: "List the datastores",
    description: "Sorted by name or created.",
    tag,
    access: "reader",
    query: Type.Object({ ...listQuery }),
    result: pageOf(Datastore),
  }),
  createDatastore: operation({
    method: "POST",
    path,
    summary: "Create a datastore",
    description: "A place that datasets are read from. Nothing is ever written to it.",
    tag,
    access: "owner",
    body: object({
      name: Name,
      description: Type.Optional(Type.String({ maxLength: 5000, pattern: "^[^\\u0000]*$" })),
      config: DatastoreConfig,
    }),
    status: 201,
    result: Datastore,
    errors: [409],
  }),
  getDatastore: operation({
    method: "GET",
    path: `${path}/{datastore}`,
    summary: "Get a datastore",
    tag,
    access: "reader",
    result: Datastore,
  }),
  deleteDatastore: operation({
    method: "DELETE",
    path: `${path}/{datastore}`,
    summary: "Remove a datastore",
    description: "Versions of datasets that came from it stay.",
    tag,
    access: "owner",
    result: null,
  }),
  testDatastore: operation({
    method: "POST",
    path: `${path}/{datastore}/test`,
    summary: "Connect to a datastore and say whether it can be read",
    tag,
    access: "contributor",
    result: DatastoreTest,
  }),
  listDatastorePaths: operation({
    method: "GET",
    path: `${path}/{datastore}/paths`,
    summary: "List what lies directly in a folder of a datastore",
    description: "Of a database: its tables and views.",
    tag,
    access: "contributor",
    query: Type.Object({
      folder: Type.Optional(Type.String({ maxLength: 1000, description: "Relative; absent: the datastore itself." })),
      limit: listQuery.limit,
      cursor: Type.Optional(
        Type.String({ minLength: 1, maxLength: 2000, description: "The nextCursor of the page before." }),
      ),
    }),
    result: pageOf(DatastorePath),
    errors: [424],
  }),
};
