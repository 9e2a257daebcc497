/** MLflow's runs: their own life, and searches. */
import { createRun, deleteRun, getRun, restoreRun, searchRuns, updateRun, type RunRef } from "../../tracking/index.ts";
import { done, endpoint, type Endpoint, type MlflowCall } from "./endpoint.ts";
import { invalidParameter } from "./errors.ts";
import { lifecycles, viewType } from "./experiments.ts";
import { checked, enumeration, integer, message, repeated, required, text, withDefault } from "./fields.ts";
import { fromPairs, toRun, toRunInfo } from "./forms.ts";
import { experimentNumber } from "./ids.ts";

const runId = { run_id: required(text) };

const status = enumeration({ 1: "RUNNING", 2: "SCHEDULED", 3: "FINISHED", 4: "FAILED", 5: "KILLED" });

/** What MLflow takes at most. */
const mostRuns = 50_000;
/** Of which a page has at most so many: clients go on with the token that comes with it. */
const mostAtOnce = 5000;

const searchFields = {
  experiment_ids: repeated(text),
  filter: withDefault(text, ""),
  run_view_type: withDefault(viewType, "ACTIVE_ONLY"),
  max_results: checked(withDefault(integer, 1000), (value) => (value >= 1 && value <= mostRuns ? null : "")),
  order_by: repeated(text),
  page_token: withDefault(text, ""),
};

export function runEndpoints(): Endpoint[] {
  return [
    endpoint("POST", "/mlflow/runs/create", "contributor", createFields, create),
    endpoint("GET", "/mlflow/runs/get", "reader", runId, async (call) => ({
      run: toRun(await getRun(call.database, refOf(call))),
    })),
    endpoint(
      "POST",
      "/mlflow/runs/update",
      "contributor",
      { ...runId, status, end_time: integer, run_name: text },
      async (call) => {
        const { status: next, end_time: end, run_name: name } = call.input;
        const run = await updateRun(call.database, {
          ...refOf(call),
          ...(next !== undefined && { status: next }),
          ...(end !== undefined && { endedAt: toTime("end_time", end) }),
          ...(name !== undefined && name !== "" && { name }),
          actor: call.actor,
        });
        return { run_info: toRunInfo(run) };
      },
    ),
    endpoint("POST", "/mlflow/runs/delete", "contributor", runId, async (call) => {
      await deleteRun(call.database, { ...refOf(call), actor: call.actor });
      return done;
    }),
    endpoint("POST", "/mlflow/runs/restore", "contributor", runId, async (call) => {
      await restoreRun(call.database, { ...refOf(call), actor: call.actor });
      return done;
    }),
    endpoint("POST", "/mlflow/runs/search", "reader", searchFields, search),
  ];
}

const createFields = {
  experiment_id: withDefault(text, ""),
  user_id: withDefault(text, ""),
  run_name: withDefault(text, ""),
  start_time: integer,
  tags: repeated(message({ key: text, value: text })),
};

async function create({ database, workspace, actor, input }: MlflowCall<typeof createFields>) {
  const run = await createRun(database, {
    workspaceId: workspace.id,
    // MLflow's default experiment.
    experiment: experimentNumber(input.experiment_id || "0"),
    kind: "mlflow",
    ...(input.run_name !== "" && { name: input.run_name }),
    ...(input.user_id !== "" && { user: input.user_id }),
    ...(input.start_time && { startedAt: toTime("start_time", input.start_time) }),
    tags: fromPairs(input.tags),
    actor,
  });
  return { run: toRun(run) };
}

export function refOf({ workspace, input }: Pick<MlflowCall<typeof runId>, "workspace" | "input">): RunRef {
  return { workspaceId: workspace.id, runId: input.run_id };
}

async function search({ database, workspace, input }: MlflowCall<typeof searchFields>) {
  const { filter, page_token: cursor, max_results: limit, order_by: orderBy, run_view_type: view } = input;
  const page = await searchRuns(database, {
    workspaceId: workspace.id,
    experiments: input.experiment_ids.map(experimentNumber),
    filter,
    ...(orderBy.length > 0 && { orderBy }),
    ...(cursor !== "" && { cursor }),
    lifecycle: lifecycles[view],
    limit: Math.min(limit, mostAtOnce),
  });
  return { runs: page.items.map(toRun), next_page_token: page.nextCursor };
}

/** The greatest time that JavaScript has. */
const latest = 8.64e15;

function toTime(field: string, milliseconds: number): Date {
  if (Math.abs(milliseconds) <= latest) return new Date(milliseconds);
  throw invalidParameter(`Invalid value ${milliseconds} for parameter '${field}' supplied.`);
}
