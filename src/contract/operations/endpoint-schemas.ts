/** What the operations on endpoints send and take. */
import { Type, type Static, type TSchema } from "typebox";
import { Name, Tags, Timestamp } from "../list.ts";

const closed = { additionalProperties: false } as const;
const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Count = Type.Integer({ minimum: 0 });
const Percent = Type.Integer({ minimum: 0, maximum: 100 });

/** As it stands in a host name and a folder: Azure ML's rule for services. */
export const EndpointName = Type.String({
  pattern: "^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$",
  description: "Small letters, digits and dashes, at most 32; the first is a letter, the last no dash.",
});
const DeploymentName = Name;
const Description = Type.String({ maxLength: 10_000 });
const ModelReference = Type.String({
  minLength: 1,
  maxLength: 400,
  description: 'NAME or NAME@VERSION: a number, "latest" (the default), "best", an alias, or a stage.',
});
export const KeyName = Type.Enum(["primary", "secondary"]);
const AuthMode = Type.Enum(["key", "token", "none"], {
  description: "key: one of two keys. token: a JSON Web Token of createEndpointToken. none: open to all.",
});
const ComputeType = Type.Enum(["quick", "production"], {
  description: "quick: one process, as Azure ML's ACI. production: replicas, as its AKS.",
});
export const EndpointState = Type.Enum(["Transitioning", "Healthy", "Unhealthy", "Failed", "Stopped"]);

const settingFields = {
  replicas: Type.Integer({ minimum: 1, maximum: 64, description: "Processes while autoscale is off." }),
  autoscale: Type.Object(
    {
      enabled: Type.Boolean(),
      minReplicas: Type.Integer({ minimum: 1, maximum: 64 }),
      maxReplicas: Type.Integer({ minimum: 1, maximum: 64 }),
      targetUtilization: Type.Integer({ minimum: 1, maximum: 100, description: "Percent of a replica's time." }),
      refreshSeconds: Type.Integer({ minimum: 1, maximum: 3600 }),
    },
    { ...closed, description: "By load between a minimum and a maximum of replicas." },
  ),
  bodyBytes: Type.Integer({ minimum: 1024, maximum: 1024 ** 3, description: "More is answered with 413." }),
  maxRows: Type.Integer({ minimum: 1, maximum: 10_000_000, description: "Of a request; more: 413." }),
  explainedRows: Type.Integer({ minimum: 0, maximum: 100_000, description: "Of a request with explain; more: 413." }),
  scoringTimeoutMs: Type.Integer({ minimum: 1, maximum: 3_600_000 }),
  maxConcurrentRequests: Type.Integer({ minimum: 1, maximum: 100_000, description: "Of a replica; more: 503." }),
  cpuCores: orNull(Type.Number({ exclusiveMinimum: 0, maximum: 1024, description: "Of a replica." })),
  memoryBytes: orNull(
    Type.Integer({ minimum: 64 * 2 ** 20, maximum: 2 ** 50, description: "A replica with more is replaced." }),
  ),
  unknownColumns: Type.Enum(["ignore", "refuse"], { description: "ignore: with a warning header." }),
  missingColumns: Type.Enum(["refuse", "impute"], { description: "impute: the typical value of training." }),
  unknownCategories: Type.Enum(["refuse", "ignore"], {
    description: "Values that training did not see. ignore: scored as unknown, with a warning header.",
  }),
  resultAsString: Type.Boolean({ description: "/score answers a JSON string that holds JSON, as Azure ML's v1 did." }),
  corsOrigins: Type.Array(Type.String({ minLength: 1, maxLength: 300 }), { maxItems: 50 }),
  appInsights: Type.Boolean({ description: "Requests, failures and traces are logged." }),
  dataCollection: Type.Object(
    {
      enabled: Type.Boolean(),
      samplingRate: Type.Number({ minimum: 0, maximum: 1, description: "Share of the requests." }),
    },
    { ...closed, description: "Inputs and predictions are kept as Parquet." },
  ),
};

export const EndpointSettings = Type.Object(settingFields, { $id: "EndpointSettings", ...closed });
export type EndpointSettings = Static<typeof EndpointSettings>;
/** Only what is to change; objects within are merged too. */
export const EndpointSettingChanges = Type.Partial(
  Type.Object({
    ...settingFields,
    autoscale: Type.Partial(settingFields.autoscale, closed),
    dataCollection: Type.Partial(settingFields.dataCollection, closed),
  }),
  { $id: "EndpointSettingChanges", ...closed },
);

export const Deployment = Type.Object(
  {
    name: DeploymentName,
    model: Type.Object({ name: Type.String(), version: Count, kind: Type.Enum(["slipway", "onnx", "mlflow"]) }, closed),
    state: Type.Enum(["Transitioning", "Healthy", "Failed"]),
    stateReason: orNull(Type.String()),
    traffic: Type.Integer({ minimum: 0, maximum: 100, description: "Percent of the requests." }),
    mirror: Type.Integer({ minimum: 0, maximum: 100, description: "Percent of the requests that it gets a copy of." }),
    createdBy: Type.String(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  },
  { $id: "Deployment", ...closed },
);
export type Deployment = Static<typeof Deployment>;

const endpointFields = {
  name: EndpointName,
  state: EndpointState,
  stateReason: orNull(Type.String({ description: "Why it is not healthy." })),
  computeType: ComputeType,
  authMode: AuthMode,
  description: Type.String(),
  tags: Tags,
  scoringUri: Type.String(),
  swaggerUri: Type.String(),
  docsUri: Type.String({ description: "Swagger UI, of the endpoint itself." }),
  port: Count,
  deployments: Type.Array(Deployment),
  createdBy: Type.String(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  lastRequestAt: orNull(Timestamp),
};

/** As it stands in lists. */
export const Endpoint = Type.Object(endpointFields, { $id: "Endpoint", ...closed });
export type Endpoint = Static<typeof Endpoint>;

const detailFields = {
  ...endpointFields,
  settings: EndpointSettings,
  revision: Type.Integer({ description: "Rises with every change." }),
  appliedRevision: Type.Integer({ description: "What its processes run." }),
  processes: Type.Array(
    Type.Object(
      {
        pid: Count,
        role: Type.Enum(["supervisor", "replica", "python"]),
        state: Type.Enum(["starting", "ready", "draining"]),
        startedAt: Timestamp,
        memoryBytes: orNull(Count),
        cpuSeconds: orNull(Type.Number({ minimum: 0 })),
        restarts: Type.Integer({ minimum: 0, description: "Since the supervisor started, of all replicas." }),
      },
      closed,
    ),
    { description: "Of this machine, as they are now; none while it is stopped." },
  ),
};
export const EndpointDetails = Type.Object(detailFields, { $id: "EndpointDetails", ...closed });
export type EndpointDetails = Static<typeof EndpointDetails>;

export const EndpointWithKeys = Type.Object(
  {
    ...detailFields,
    primaryKey: orNull(Type.String({ description: "Null where the auth mode is not key." })),
    secondaryKey: orNull(Type.String()),
  },
  { $id: "EndpointWithKeys", ...closed },
);
export type EndpointWithKeys = Static<typeof EndpointWithKeys>;

const Key = Type.String({
  pattern: "^[!-~]{16,512}$",
  description: "Visible ASCII without spaces. Leave it out: a good one is made.",
});

export const NewEndpoint = Type.Object(
  {
    name: EndpointName,
    model: ModelReference,
    deployment: Type.Optional(DeploymentName),
    computeType: Type.Optional(ComputeType),
    authMode: Type.Optional(AuthMode),
    description: Type.Optional(Description),
    tags: Type.Optional(Tags),
    settings: Type.Optional(EndpointSettingChanges),
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535, description: "Absent: any free one." })),
    primaryKey: Type.Optional(Key),
    secondaryKey: Type.Optional(Key),
  },
  { $id: "NewEndpoint", ...closed },
);
export type NewEndpoint = Static<typeof NewEndpoint>;

export const EndpointChanges = Type.Object(
  {
    description: Type.Optional(Description),
    tags: Type.Optional(
      Type.Record(Type.String({ minLength: 1, maxLength: 250 }), orNull(Type.String({ maxLength: 5000 })), {
        description: "Merged into those that are there; null removes one.",
      }),
    ),
    computeType: Type.Optional(ComputeType),
    authMode: Type.Optional(AuthMode),
    settings: Type.Optional(EndpointSettingChanges),
  },
  { $id: "EndpointChanges", ...closed },
);
export type EndpointChanges = Static<typeof EndpointChanges>;

export const NewDeployment = Type.Object(
  {
    name: Type.Optional(DeploymentName),
    model: ModelReference,
    traffic: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 100,
        default: 100,
        description: "Percent once it is healthy; the others keep the rest, in their proportions.",
      }),
    ),
  },
  { $id: "NewDeployment", ...closed },
);
export type NewDeployment = Static<typeof NewDeployment>;

export const Traffic = Type.Object(
  {
    traffic: Type.Optional(
      Type.Record(Type.String(), Percent, {
        description: "By deployment; those not named get 0. Together 100.",
      }),
    ),
    mirror: Type.Optional(
      Type.Record(Type.String(), Percent, { description: "By deployment; those not named get 0." }),
    ),
  },
  { $id: "Traffic", ...closed },
);

export const EndpointKeys = Type.Object(
  {
    primaryKey: Type.String(),
    secondaryKey: Type.String(),
    keys: Type.Array(
      Type.Object(
        {
          name: KeyName,
          createdAt: Timestamp,
          expiresAt: orNull(Timestamp),
          lastUsedAt: orNull(Timestamp),
        },
        closed,
      ),
    ),
  },
  { $id: "EndpointKeys", ...closed },
);
export type EndpointKeys = Static<typeof EndpointKeys>;

export const NewKey = Type.Object(
  {
    key: Type.Optional(Key),
    expiresAt: Type.Optional(orNull(Type.String({ format: "date-time", description: "Null or absent: never." }))),
  },
  { $id: "NewKey", ...closed },
);

/** Azure ML's get_access_token. */
export const EndpointToken = Type.Object(
  {
    accessToken: Type.String(),
    tokenType: Type.Literal("Bearer"),
    expiryTimeUtc: Timestamp,
    refreshAfterTimeUtc: Timestamp,
  },
  { $id: "EndpointToken", ...closed },
);
export type EndpointToken = Static<typeof EndpointToken>;

export const EndpointLogEntry = Type.Object(
  {
    at: Timestamp,
    kind: Type.Enum(["request", "process"], {
      description: "request: while app insights is on. process: starts, ends and failures of its processes, always.",
    }),
    level: Type.Enum(["info", "warn", "error"]),
    message: Type.String({ description: "One line, to be shown as it is." }),
    requestId: orNull(Type.String()),
    traceId: orNull(Type.String()),
    deployment: orNull(Type.String()),
    model: orNull(Type.String({ description: "NAME@VERSION that answered." })),
    status: orNull(Type.Integer()),
    code: orNull(Type.String({ description: "Of the error." })),
    wire: orNull(Type.String({ description: "azure, mlflow, oip, csv, ndjson." })),
    rows: orNull(Count),
    milliseconds: orNull(Type.Number({ minimum: 0 })),
    mirrored: Type.Boolean({ description: "A copy for a mirrored deployment." }),
  },
  { $id: "EndpointLogEntry", ...closed },
);
export type EndpointLogEntry = Static<typeof EndpointLogEntry>;

/** One point of time in the series of a deployment, or of all together. */
export const EndpointMetricsPoint = Type.Object(
  {
    at: Type.String({ format: "date-time", description: "The start of the step." }),
    requests: Count,
    rows: Count,
    requestsPerSecond: Type.Number({ minimum: 0 }),
    p50: orNull(Type.Number({ description: "Milliseconds; null where there was no request." })),
    p95: orNull(Type.Number()),
    p99: orNull(Type.Number()),
    mean: orNull(Type.Number()),
    errors: Type.Record(Type.String(), Count, { description: "Requests by the code of the refusal or failure." }),
  },
  closed,
);
export const EndpointMetrics = Type.Object(
  {
    from: Timestamp,
    to: Timestamp,
    stepSeconds: Count,
    total: EndpointMetricsPoint,
    points: Type.Array(EndpointMetricsPoint),
    deployments: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          mirrored: Type.Boolean(),
          total: EndpointMetricsPoint,
          points: Type.Array(EndpointMetricsPoint),
        },
        closed,
      ),
    ),
    collected: Type.Object(
      {
        rows: Type.Integer({ minimum: 0, description: "Collected in the time." }),
        dropped: Type.Integer({ minimum: 0, description: "Not collected, for the buffer was full." }),
      },
      closed,
    ),
  },
  { $id: "EndpointMetrics", ...closed },
);
export type EndpointMetrics = Static<typeof EndpointMetrics>;

export const EndpointExamples = Type.Object(
  {
    request: Type.Unknown({ description: "A body for /score, with the columns of the model." }),
    curl: Type.String({ description: "KEY stands for the key, in all three." }),
    python: Type.String(),
    typescript: Type.String(),
  },
  { $id: "EndpointExamples", ...closed },
);
export type EndpointExamples = Static<typeof EndpointExamples>;

export const EndpointTestAnswer = Type.Object(
  {
    status: Type.Integer(),
    headers: Type.Record(Type.String(), Type.String()),
    body: Type.Unknown({ description: "JSON, or text where it is none." }),
    milliseconds: Type.Number({ minimum: 0 }),
  },
  { $id: "EndpointTestAnswer", ...closed },
);
export type EndpointTestAnswer = Static<typeof EndpointTestAnswer>;

export const CollectedFile = Type.Object(
  {
    path: Type.String(),
    deployment: Type.String(),
    model: Type.String(),
    modelVersion: Count,
    designation: Type.Enum(["inputs", "labels"]),
    hour: Timestamp,
    rows: Count,
    sha256: Type.String(),
    size: Count,
    createdAt: Timestamp,
  },
  { $id: "CollectedFile", ...closed },
);
export type CollectedFile = Static<typeof CollectedFile>;
