import { SlipwayError } from "../../base/index.ts";
import { operations, type QueryOf, type RunItem } from "../../contract/index.ts";
import { transaction, type Queryable } from "../../store/index.ts";
import {
  compareRuns,
  createRun,
  deleteRun,
  deleteRunTag,
  ensureExperiment,
  getRun,
  logBatch,
  purgeDeletedRuns,
  restoreRun,
  searchRuns,
  updateRun,
  type RunComparison,
  type RunDetails,
  type RunSearch,
  type Wanted,
} from "../../tracking/index.ts";
import { pageRequest } from "../page-request.ts";
import { route, type Call, type Route } from "../route.ts";
import type { Services } from "../services.ts";
import { toMetricValue, toRunBody, toRunItem } from "./run-bodies.ts";

export function runRoutes(services: Services): Route[] {
  return [...readRoutes(services), ...writeRoutes(services), ...deleteRoutes(services)];
}

function readRoutes({ database }: Services): Route[] {
  return [
    route(operations.listRuns, async ({ query, workspace }) => {
      const search = toSearch(query);
      const page = await searchRuns(database, { ...search, workspaceId: workspace.id });
      return { ...page, items: page.items.map((run) => toListItem(run, search)) };
    }),
    route(operations.getRun, async ({ params, workspace }) =>
      toRunBody(await getRun(database, { workspaceId: workspace.id, runId: params.run })),
    ),
    route(operations.compareRuns, async ({ body, workspace }) =>
      toComparisonBody(await compareRuns(database, { workspaceId: workspace.id, runIds: body.runs })),
    ),
  ];
}

function toComparisonBody({ runs, metrics, params, tags }: RunComparison) {
  const copy = <T, U>(columns: Readonly<Record<string, readonly (T | null)[]>>, convert: (value: T) => U) =>
    Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [
        name,
        values.map((value) => (value === null ? null : convert(value))),
      ]),
    );
  return {
    runs: runs.map(toRunItem),
    metrics: copy(metrics, toMetricValue),
    params: copy(params, String),
    tags: copy(tags, String),
  };
}

function writeRoutes({ database }: Services): Route[] {
  return [
    route(operations.createRun, async ({ body, idempotentId, workspace, actor }) => {
      const { experiment, kind = "command", startedAt, params = {}, ...run } = body;
      const workspaceId = workspace.id;
      return transaction(database, async (trx) => {
        const number =
          typeof experiment === "number"
            ? experiment
            : (await ensureExperiment(trx, { workspaceId, name: experiment, actor })).number;
        const given = { ...run, ...(startedAt !== undefined && { startedAt: new Date(startedAt) }) };
        const created = await createRun(trx, {
          ...given,
          id: idempotentId,
          workspaceId,
          experiment: number,
          kind,
          actor,
        });
        const logged = Object.entries(params).map(([key, value]) => ({ key, value }));
        if (logged.length === 0) return toRunBody(created);
        await logBatch(trx, { workspaceId, runId: created.id, params: logged });
        return toRunBody(await getRun(trx, { workspaceId, runId: created.id }));
      });
    }),
    route(operations.updateRun, (call) => transaction(database, (trx) => changeRun(trx, call))),
  ];
}

async function changeRun(trx: Queryable, { params, body, workspace, actor }: Call<typeof operations.updateRun>) {
  const ref = { workspaceId: workspace.id, runId: params.run };
  const { tags = {}, startedAt, endedAt, ...fields } = body;
  const times = {
    ...(startedAt !== undefined && { startedAt: new Date(startedAt) }),
    ...(endedAt !== undefined && { endedAt: new Date(endedAt) }),
  };
  const changes = { ...fields, ...times };
  if (Object.keys(changes).length > 0) await updateRun(trx, { ...ref, ...changes, actor });
  const set = Object.entries(tags).filter((entry): entry is [string, string] => entry[1] !== null);
  if (set.length > 0) await logBatch(trx, { ...ref, tags: Object.fromEntries(set) });
  for (const [key, value] of Object.entries(tags)) if (value === null) await deleteRunTag(trx, { ...ref, key });
  return toRunBody(await getRun(trx, ref));
}

function deleteRoutes({ database }: Services): Route[] {
  return [
    route(operations.deleteRun, ({ params, workspace, actor }) =>
      deleteRun(database, { workspaceId: workspace.id, runId: params.run, actor }).then(() => undefined),
    ),
    route(operations.restoreRun, async ({ params, workspace, actor }) => {
      const ref = { workspaceId: workspace.id, runId: params.run };
      await restoreRun(database, { ...ref, actor });
      return toRunBody(await getRun(database, ref));
    }),
    route(operations.purgeDeletedRuns, async ({ body, workspace, actor }) => ({
      runs: await purgeDeletedRuns(database, {
        workspaceId: workspace.id,
        before: new Date(body.deletedBefore),
        actor,
      }),
    })),
  ];
}

type RunFields = Required<Pick<RunSearch, "metrics" | "params" | "tags">>;

function toSearch(query: QueryOf<typeof operations.listRuns>): Omit<RunSearch, "workspaceId"> & RunFields {
  const { experiment, kind, status, parent, filter, lifecycle, fields = [], total, ...page } = query;
  const { limit, cursor, sort } = pageRequest(page);
  return {
    limit,
    inputs: false,
    ...readFields(fields),
    ...(cursor !== undefined && { cursor }),
    ...(sort !== undefined && { orderBy: [runOrderBy(sort)] }),
    ...(experiment !== undefined && { experiments: experiment }),
    ...(kind !== undefined && { kinds: kind }),
    ...(status !== undefined && { statuses: status }),
    ...(parent !== undefined && { parentId: parent === "none" ? null : parent }),
    ...(filter !== undefined && { filter }),
    ...(lifecycle !== undefined && { lifecycle }),
    ...(total !== undefined && { withTotal: total }),
  };
}

/** "metrics" wants all of them, "metrics.AUC" that one. @throws SLW_API_INPUT */
function readFields(fields: readonly string[]): RunFields {
  const wanted: Record<keyof RunFields, Wanted> = { metrics: [], params: [], tags: [] };
  for (const field of fields) {
    const dot = field.indexOf(".");
    const kind = dot < 0 ? field : field.slice(0, dot);
    if (kind !== "metrics" && kind !== "params" && kind !== "tags") {
      throw new SlipwayError("SLW_API_INPUT", `query.fields has "${field}", which is not known.`, {
        fix: "Ask for metrics, params or tags, or for single ones of them, as metrics.AUC.",
        details: { field: "query.fields", got: field },
      });
    }
    const before = wanted[kind];
    wanted[kind] = dot < 0 || before === "all" ? "all" : [...before, field.slice(dot + 1)];
  }
  return wanted;
}

const sortAttributes = {
  start: "start_time",
  end: "end_time",
  name: "run_name",
  status: "status",
  user: "user_id",
} as const;

/** @throws SLW_API_SORT */
export function runOrderBy(sort: string): string {
  const descending = sort.startsWith("-") ? " DESC" : "";
  const field = descending ? sort.slice(1) : sort;
  if (Object.hasOwn(sortAttributes, field))
    return `${sortAttributes[field as keyof typeof sortAttributes]}${descending}`;
  const [, kind, name = ""] = /^(metrics|params|tags)\.([^`]+)$/.exec(field) ?? [];
  if (kind !== undefined) return `${kind}.\`${name}\`${descending}`;
  const names = [...Object.keys(sortAttributes), "metrics.NAME", "params.NAME", "tags.NAME"];
  throw new SlipwayError("SLW_API_SORT", `The list cannot be sorted by "${field}".`, {
    fix: `Sort by ${names.join(", ")}, with a dash before the name for descending order.`,
    details: { expected: names, got: field },
  });
}

function toListItem(run: RunDetails, { metrics, params, tags }: RunFields): RunItem {
  return {
    ...toRunItem(run),
    ...(isWanted(metrics) && {
      metrics: Object.fromEntries(run.metrics.map(({ key, value }) => [key, toMetricValue(value)])),
    }),
    ...(isWanted(params) && { params: { ...run.params } }),
    ...(isWanted(tags) && { tags: { ...run.tags } }),
  };
}

function isWanted(wanted: Wanted): boolean {
  return wanted === "all" || wanted.length > 0;
}
