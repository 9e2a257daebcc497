/** Workers on other machines: they join, ask for a step, read what it needs, and hand over what came out. */
import { Type, type Static } from "typebox";
import { operation } from "../operation.ts";

const workers = "/api/v1/workspaces/{workspace}/workers";
const worker = `${workers}/{worker}`;
const job = `${worker}/jobs/{run}`;
const tag = "Workers";

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const object = <P extends Type.TProperties>(properties: P) => Type.Object(properties, { additionalProperties: false });
const Attempt = Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1, description: "Of the job, as it was claimed." });
const Bytes = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const OutputName = Type.String({ minLength: 1, maxLength: 100, pattern: "^[A-Za-z_][A-Za-z0-9_-]*$" });
/** By the HTTP query, so that the path of a file is one part of the address. */
const attemptQuery = Type.Object({ attempt: Attempt });

const NewWorker = object({
  name: Type.String({ minLength: 1, maxLength: 100, pattern: "^[A-Za-z0-9][A-Za-z0-9._-]*$" }),
  host: Type.String({ minLength: 1, maxLength: 255 }),
  cores: Type.Number({ exclusiveMinimum: 0, maximum: 100_000 }),
  memoryBytes: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  labels: Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { maxItems: 50, uniqueItems: true }),
  version: Type.String({ minLength: 1, maxLength: 50, description: "Of Slipway." }),
});

export const ClaimedStep = Type.Object(
  {
    task: Type.Record(Type.String(), Type.Unknown(), {
      description: "The step: its command, code and inputs by sha256, environment, and a token of its own.",
    }),
    memoryBytes: nullable(Bytes),
    logEnd: Type.Integer({ minimum: 0, description: "Number of the last piece of the run's log." }),
  },
  { $id: "ClaimedStep", additionalProperties: false },
);
export type ClaimedStep = Static<typeof ClaimedStep>;

const Written = Type.Union([
  object({ kind: Type.Literal("value"), text: Type.String({ maxLength: 65_536 }) }),
  object({ kind: Type.Enum(["file", "folder"]) }),
]);

const JobEnd = object({
  attempt: Attempt,
  failure: nullable(
    object({ state: Type.Enum(["FAILED", "KILLED"]), reason: Type.String({ minLength: 1, maxLength: 10_000 }) }),
  ),
  usage: object({
    cpuSeconds: Type.Optional(nullable(Type.Number({ minimum: 0 }))),
    peakMemory: Type.Optional(nullable(Bytes)),
    exitCode: Type.Optional(nullable(Type.Integer({ minimum: 0, maximum: 255 }))),
    exitSignal: Type.Optional(nullable(Type.String({ maxLength: 20 }))),
  }),
  outputs: Type.Record(OutputName, Written),
  files: Type.Array(object({ output: OutputName, path: Type.String({ minLength: 1, maxLength: 1000 }) }), {
    maxItems: 100_000,
    description: "Of the outputs; each was uploaded.",
  }),
});

export const remoteWorkerOperations = {
  registerWorker: operation({
    method: "POST",
    path: workers,
    summary: "Join as a worker on another machine",
    tag,
    access: "contributor",
    body: NewWorker,
    status: 201,
    result: object({ id: Type.String() }),
    errors: [409],
  }),
  claimJob: operation({
    method: "POST",
    path: `${worker}/claim`,
    summary: "Take the next step that this worker can run",
    description:
      "Waits for one for up to 20 seconds; null where there is none. A worker that has one is given the same again.",
    tag,
    access: "contributor",
    result: object({ step: nullable(ClaimedStep) }),
    errors: [409],
  }),
  beatWorker: operation({
    method: "POST",
    path: `${worker}/heartbeat`,
    summary: "Say that the worker lives, at least every 30 seconds",
    tag,
    access: "contributor",
    body: object({
      cpuSeconds: Type.Number({ minimum: 0, description: "Used since its start." }),
      peakMemory: Bytes,
      job: nullable(object({ run: Type.String({ minLength: 1, maxLength: 32 }), attempt: Attempt })),
    }),
    result: object({
      alive: Type.Boolean({ description: "False: it was given up, and should join again." }),
      fenced: Type.Boolean({ description: "The job is another's now." }),
      cancelled: Type.Boolean({ description: "The job should end with what it has." }),
    }),
    errors: [409],
  }),
  readJobFile: operation({
    method: "GET",
    path: `${job}/files/{sha256}`,
    summary: "Download a file of a step's code or inputs",
    tag,
    access: "contributor",
    query: attemptQuery,
    download: "application/octet-stream",
    errors: [409],
  }),
  appendJobLog: operation({
    method: "POST",
    path: `${job}/log`,
    summary: "Add a piece to the log of a step's run, once",
    tag,
    access: "contributor",
    body: object({
      attempt: Attempt,
      text: Type.String({ minLength: 1, maxLength: 1_048_576 }),
      after: Type.Integer({
        minimum: 0,
        maximum: 2 ** 31 - 1,
        description:
          "Number of the last piece that the worker knows of: a piece that came after it already is not added again.",
      }),
    }),
    result: object({ last: Type.Integer({ minimum: 0, description: "Number of this piece." }) }),
    errors: [409],
  }),
  putJobOutput: operation({
    method: "PUT",
    path: `${job}/outputs/{output}/{path*}`,
    summary: "Upload a file of a step's output; again, it replaces itself",
    tag,
    access: "contributor",
    query: attemptQuery,
    upload: ["application/octet-stream"],
    result: null,
    errors: [408, 409, 507],
  }),
  endJob: operation({
    method: "POST",
    path: `${job}/end`,
    summary: "Say how a step ended, and what came out",
    description: "An output that cannot be kept makes it a failure.",
    tag,
    access: "contributor",
    body: JobEnd,
    result: null,
    errors: [409],
  }),
  leaveWorker: operation({
    method: "DELETE",
    path: worker,
    summary: "Leave; a step that runs is given to another worker",
    tag,
    access: "contributor",
    result: null,
  }),
};
