import { Type, type Static } from "typebox";
import { listQuery, pageOf, Timestamp } from "../list.ts";
import { operation } from "../operation.ts";
import { Filter, LifecycleFilter, RunTags, TagChanges } from "./experiments.ts";
import { MetricValue, Params, Run, RunItem, RunKind, RunStatus, RunText } from "./run-schemas.ts";

const path = "/api/v1/workspaces/{workspace}/runs";
const tag = "Runs";

const runsQuery = Type.Object({
  ...listQuery,
  sort: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 300,
      description:
        "start, end, name, status, user, metrics.NAME, params.NAME or tags.NAME; a dash before it reverses it.",
    }),
  ),
  experiment: Type.Optional(
    Type.Array(Type.Integer({ minimum: 0 }), { maxItems: 200, description: "Numbers. Default: all." }),
  ),
  kind: Type.Optional(Type.Array(RunKind, { maxItems: 10 })),
  status: Type.Optional(Type.Array(RunStatus, { maxItems: 10 })),
  parent: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 32,
      description: 'Id of the run that they are parts of; "none" for those that are no part.',
    }),
  ),
  filter: Type.Optional(Filter),
  lifecycle: Type.Optional(LifecycleFilter),
  fields: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 300 }), {
      maxItems: 200,
      description: "What else is read: metrics, params, tags, or single ones of them, as metrics.AUC.",
    }),
  ),
  total: Type.Optional(Type.Boolean({ description: "Count all matches as well." })),
});

const newRun = Type.Object(
  {
    experiment: Type.Union([Type.Integer({ minimum: 0 }), Type.String({ minLength: 1, maxLength: 500 })], {
      description: "Number, or name: then it is made where it is absent.",
    }),
    name: Type.Optional(RunText),
    kind: Type.Optional(RunKind),
    status: Type.Optional(RunStatus),
    parentId: Type.Optional(Type.String({ minLength: 1, maxLength: 32 })),
    source: Type.Optional(RunText),
    commit: Type.Optional(RunText),
    startedAt: Type.Optional(Timestamp),
    params: Type.Optional(Params),
    tags: Type.Optional(RunTags),
  },
  { additionalProperties: false, description: "The kind is command and the status RUNNING where they are absent." },
);

const runChanges = Type.Object(
  {
    status: Type.Optional(RunStatus),
    statusReason: Type.Optional(Type.Union([RunText, Type.Null()])),
    name: Type.Optional(RunText),
    startedAt: Type.Optional(Timestamp),
    endedAt: Type.Optional(Timestamp),
    tags: Type.Optional(TagChanges),
  },
  { additionalProperties: false },
);

const column = <T extends typeof MetricValue | ReturnType<typeof Type.String>>(value: T) =>
  Type.Record(Type.String(), Type.Array(Type.Union([value, Type.Null()])), {
    description: "By name: a value for each run, in their order; null where the run has none.",
  });

export const RunComparison = Type.Object(
  {
    runs: Type.Array(RunItem),
    metrics: column(MetricValue),
    params: column(Type.String()),
    tags: column(Type.String()),
  },
  { $id: "RunComparison", additionalProperties: false },
);
export type RunComparison = Static<typeof RunComparison>;

export const runOperations = {
  listRuns: operation({
    method: "GET",
    path,
    summary: "List runs",
    description:
      "By default the newest start first. Metrics, params and tags are read only where `fields` asks for them.",
    tag,
    access: "reader",
    query: runsQuery,
    result: Type.Object(
      { ...pageOf(RunItem).properties, total: Type.Optional(Type.Integer({ minimum: 0 })) },
      { additionalProperties: false },
    ),
  }),
  createRun: operation({
    method: "POST",
    path,
    summary: "Create a run",
    tag,
    access: "contributor",
    body: newRun,
    status: 201,
    result: Run,
    errors: [409],
  }),
  compareRuns: operation({
    method: "POST",
    path: `${path}/compare`,
    summary: "Get up to 200 runs as one table of metrics, params and tags",
    tag,
    access: "reader",
    body: Type.Object(
      {
        runs: Type.Array(Type.String({ minLength: 1, maxLength: 32 }), {
          minItems: 1,
          maxItems: 200,
          uniqueItems: true,
        }),
      },
      { additionalProperties: false },
    ),
    result: RunComparison,
  }),
  purgeDeletedRuns: operation({
    method: "POST",
    path: `${path}/purge`,
    summary: "Remove for good the runs that were deleted before a moment",
    tag,
    access: "owner",
    body: Type.Object({ deletedBefore: Timestamp }, { additionalProperties: false }),
    result: Type.Object({ runs: Type.Integer({ minimum: 0 }) }, { additionalProperties: false }),
  }),
  getRun: operation({
    method: "GET",
    path: `${path}/{run}`,
    summary: "Get a run with all that was logged to it",
    tag,
    access: "reader",
    result: Run,
  }),
  updateRun: operation({
    method: "PATCH",
    path: `${path}/{run}`,
    summary: "Change a run's status, name, times or tags",
    tag,
    access: "contributor",
    body: runChanges,
    result: Run,
    errors: [409],
  }),
  deleteRun: operation({
    method: "DELETE",
    path: `${path}/{run}`,
    summary: "Delete a run and its children; they can be restored until they are purged",
    tag,
    access: "contributor",
    result: null,
  }),
  restoreRun: operation({
    method: "POST",
    path: `${path}/{run}/restore`,
    summary: "Restore a run, with the children that were deleted with it",
    tag,
    access: "contributor",
    result: Run,
    errors: [409],
  }),
  cancelRun: operation({
    method: "POST",
    path: `${path}/{run}/cancel`,
    summary: "Ask a run to end; what it has so far is kept",
    tag,
    access: "contributor",
    status: 202,
    result: Run,
    errors: [409],
  }),
};
