/** What is logged to runs: metrics, params, tags, inputs, logs, artifacts. */
import { Type, type Static } from "typebox";
import { pageOf, Timestamp } from "../list.ts";
import { operation } from "../operation.ts";
import { RunTags } from "./experiments.ts";
import { DatasetInput, Metric, MetricValue, ModelReference, NewMetric, Params, WholeNumber } from "./run-schemas.ts";

const workspace = "/api/v1/workspaces/{workspace}";
const path = `${workspace}/runs/{run}`;
const tag = "Runs";

const Points = Type.Integer({ minimum: 1, maximum: 10_000, description: "Points of each run at most, evenly spread." });

export const LogText = Type.Object(
  {
    text: Type.String(),
    after: Type.Integer({ minimum: 0, description: "Where the next piece begins." }),
    more: Type.Boolean({ description: "There is more after it already." }),
  },
  { $id: "LogText", additionalProperties: false },
);

export const LogChunk = Type.Object(
  { seq: Type.Integer({ minimum: 1 }), at: Timestamp, text: Type.String() },
  { $id: "LogChunk", additionalProperties: false },
);
export type LogChunk = Static<typeof LogChunk>;

export const ArtifactEntry = Type.Object(
  {
    path: Type.String({ description: "From the root of the run's artifacts." }),
    isFolder: Type.Boolean(),
    size: Type.Union([Type.Integer({ minimum: 0, description: "Bytes." }), Type.Null()]),
  },
  { $id: "ArtifactEntry", additionalProperties: false },
);
export type ArtifactEntry = Static<typeof ArtifactEntry>;

export const runDataOperations = {
  logRunBatch: operation({
    method: "POST",
    path: `${path}/log`,
    summary: "Log metrics, params and tags, all or nothing; the same again changes nothing",
    tag,
    access: "contributor",
    body: Type.Object(
      {
        metrics: Type.Optional(Type.Array(NewMetric, { maxItems: 10_000 })),
        params: Type.Optional(Params),
        tags: Type.Optional(RunTags),
      },
      { additionalProperties: false },
    ),
    result: null,
    errors: [409],
  }),
  logRunInputs: operation({
    method: "POST",
    path: `${path}/inputs`,
    summary: "Log datasets and models that the run has read, and models that it has made",
    tag,
    access: "contributor",
    body: Type.Object(
      {
        datasets: Type.Optional(Type.Array(DatasetInput, { maxItems: 1000 })),
        modelInputs: Type.Optional(Type.Array(ModelReference, { maxItems: 1000 })),
        modelOutputs: Type.Optional(Type.Array(ModelReference, { maxItems: 1000 })),
      },
      { additionalProperties: false },
    ),
    result: null,
    errors: [409],
  }),
  recordRunHeartbeat: operation({
    method: "POST",
    path: `${path}/heartbeat`,
    summary: "Say that somebody is still at work on the run",
    tag,
    access: "contributor",
    result: Type.Object(
      { active: Type.Boolean({ description: "False where the run is deleted or at its end: stop." }) },
      { additionalProperties: false },
    ),
  }),
  getMetricHistory: operation({
    method: "GET",
    path: `${path}/metrics/{metric*}`,
    summary: "Get all values of a metric, by time, step and value",
    tag,
    access: "reader",
    query: Type.Object({
      limit: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 10_000, default: 1000, description: "Items of a page." }),
      ),
      cursor: Type.Optional(
        Type.String({ minLength: 1, maxLength: 1000, description: "The nextCursor of the page before." }),
      ),
    }),
    result: pageOf(Metric),
  }),
  sampleMetricHistories: operation({
    method: "POST",
    path: `${workspace}/metric-histories`,
    summary: "Get a metric of several runs, thinned out for a chart",
    tag,
    access: "reader",
    body: Type.Object(
      {
        runs: Type.Array(Type.String({ minLength: 1, maxLength: 32 }), {
          minItems: 1,
          maxItems: 200,
          uniqueItems: true,
        }),
        metric: Type.String({ minLength: 1, maxLength: 250 }),
        points: Type.Optional(Points),
        startStep: Type.Optional(WholeNumber),
        endStep: Type.Optional(WholeNumber),
      },
      { additionalProperties: false },
    ),
    result: Type.Object(
      {
        runs: Type.Record(
          Type.String(),
          Type.Object(
            {
              steps: Type.Array(Type.Integer()),
              timestamps: Type.Array(Type.Integer()),
              values: Type.Array(MetricValue),
            },
            { additionalProperties: false },
          ),
          { description: "By id; a run without the metric is not there." },
        ),
      },
      { additionalProperties: false },
    ),
  }),
  getRunLog: operation({
    method: "GET",
    path: `${path}/logs`,
    summary: "Get the end of a run's log, or what comes after a place in it",
    tag,
    access: "reader",
    query: Type.Object({
      tail: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000, description: "Last lines. Default: 200." })),
      after: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: Number.MAX_SAFE_INTEGER,
          description: "From there on instead; 0 is the beginning.",
        }),
      ),
    }),
    result: LogText,
  }),
  followRunLog: operation({
    method: "GET",
    path: `${path}/logs/follow`,
    summary: "Follow a run's log until the run ends",
    description: "Goes on after Last-Event-ID.",
    tag,
    access: "reader",
    query: Type.Object({
      after: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: Number.MAX_SAFE_INTEGER,
          description: "From there on; 0, the default, is the beginning.",
        }),
      ),
    }),
    events: LogChunk,
  }),
  appendRunLog: operation({
    method: "POST",
    path: `${path}/logs`,
    summary: "Add text to a run's log",
    tag,
    access: "contributor",
    body: Type.Object({ text: Type.String({ maxLength: 1_048_576 }) }, { additionalProperties: false }),
    result: null,
  }),
  listRunArtifacts: operation({
    method: "GET",
    path: `${path}/artifacts`,
    summary: "List a folder of a run's artifacts",
    tag,
    access: "reader",
    query: Type.Object({
      folder: Type.Optional(Type.String({ maxLength: 1000, description: "Default: the root." })),
    }),
    result: Type.Object({ items: Type.Array(ArtifactEntry) }, { additionalProperties: false }),
  }),
  getRunArtifact: operation({
    method: "GET",
    path: `${path}/artifacts/{path*}`,
    summary: "Download an artifact of a run",
    description: "Takes Range: bytes=FIRST-LAST.",
    tag,
    access: "reader",
    download: "application/octet-stream",
    errors: [416],
  }),
  putRunArtifact: operation({
    method: "PUT",
    path: `${path}/artifacts/{path*}`,
    summary: "Upload an artifact of a run; it replaces the one that is there",
    tag,
    access: "contributor",
    upload: ["*/*"],
    result: ArtifactEntry,
    errors: [409, 507],
  }),
  deleteRunArtifact: operation({
    method: "DELETE",
    path: `${path}/artifacts/{path*}`,
    summary: "Delete an artifact of a run, or a folder of them",
    tag,
    access: "contributor",
    result: null,
    errors: [409],
  }),
};
