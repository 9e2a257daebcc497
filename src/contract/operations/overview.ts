/** What the first page of a workspace shows, and what its search finds: each in one request. */
import { Type, type Static, type TSchema } from "typebox";
import { Timestamp } from "../list.ts";
import { operation } from "../operation.ts";
import { EndpointState } from "./endpoint-schemas.ts";
import { RunKind, RunStatus } from "./run-schemas.ts";

const workspace = "/api/v1/workspaces/{workspace}";
const tag = "Workspaces";
const closed = { additionalProperties: false } as const;
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const atMost = <T extends TSchema>(count: number, item: T, description: string) =>
  Type.Array(item, { maxItems: count, description });

const OverviewRun = Type.Object(
  {
    id: Type.String({ description: "32 hexadecimal digits." }),
    name: Type.String(),
    kind: RunKind,
    status: RunStatus,
    statusReason: nullable(Type.String({ description: "Why it has this status, in words." })),
    user: Type.String({ description: "Who started it." }),
    createdAt: Timestamp,
    startedAt: nullable(Timestamp),
    endedAt: nullable(Timestamp),
  },
  { $id: "OverviewRun", title: "A run in the overview", ...closed },
);
export type OverviewRun = Static<typeof OverviewRun>;

const WaitingApproval = Type.Object(
  {
    run: Type.String({ description: "Id of the pipeline run." }),
    runName: Type.String(),
    step: Type.String({ description: "Name of the step, as decidePipelineStep takes it." }),
    reason: nullable(Type.String({ description: "What is asked, in words." })),
    since: Timestamp,
  },
  closed,
);

export const Overview = Type.Object(
  {
    active: atMost(20, OverviewRun, "Runs that wait or run, the newest first. No list here has parts of runs."),
    approvals: atMost(20, WaitingApproval, "Steps that somebody has to decide about, the oldest first."),
    failed: atMost(20, OverviewRun, "Failed in the last 24 hours, the newest first."),
    recent: atMost(200, OverviewRun, "Active in the last 24 hours, the newest first: the timeline."),
    endpoints: atMost(
      100,
      Type.Object({ name: Type.String(), state: EndpointState, lastRequestAt: nullable(Timestamp) }, closed),
      "By name.",
    ),
    nextFirings: atMost(
      10,
      Type.Object(
        {
          schedule: Type.String({ description: "Id of the schedule." }),
          name: Type.String({ description: "Of the schedule." }),
          pipeline: Type.String(),
          at: Timestamp,
        },
        closed,
      ),
      "What schedules start next, the soonest first.",
    ),
  },
  { $id: "Overview", title: "What is going on in a workspace", ...closed },
);
export type Overview = Static<typeof Overview>;

const named = Type.Object({ name: Type.String() }, closed);

export const SearchResult = Type.Object(
  {
    datasets: atMost(8, named, "The ones that begin with the text come first, in each list."),
    models: atMost(8, named, "By name."),
    endpoints: atMost(8, Type.Object({ name: Type.String(), state: EndpointState }, closed), "By name."),
    pipelines: atMost(8, named, "By name."),
    runs: atMost(
      8,
      Type.Object({ id: Type.String(), name: Type.String(), kind: RunKind, status: RunStatus }, closed),
      "By name or the beginning of the id, the newest first; no parts of runs but by id.",
    ),
    experiments: atMost(
      8,
      Type.Object({ number: Type.Integer({ minimum: 0 }), name: Type.String() }, closed),
      "By name.",
    ),
  },
  { $id: "SearchResult", title: "What a text finds in a workspace", ...closed },
);
export type SearchResult = Static<typeof SearchResult>;

export const overviewOperations = {
  getOverview: operation({
    method: "GET",
    path: `${workspace}/overview`,
    summary: "See what runs, what failed, what waits for somebody and what comes next",
    tag,
    access: "reader",
    result: Overview,
  }),
  search: operation({
    method: "GET",
    path: `${workspace}/search`,
    summary: "Find datasets, models, endpoints, pipelines, runs and experiments by a part of their name",
    tag,
    access: "reader",
    query: Type.Object({ q: Type.String({ minLength: 1, maxLength: 200, description: "Part of the name." }) }),
    result: SearchResult,
  }),
};
