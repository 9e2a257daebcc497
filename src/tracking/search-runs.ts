/** Lists and searches of runs, in MLflow's filter grammar, in steady pages. */
import { sql, type RawBuilder } from "kysely";
import type { Page, Queryable } from "../store/index.ts";
import { isAfter, orderBy, readCursor, selectKeys, writeCursor, type KeyValues, type ListPosition } from "./keyset.ts";
import { toRun, type RunRow } from "./rows.ts";
import { readDetails, type Wanted } from "./run-details.ts";
import { runConditions } from "./run-filter.ts";
import { runOrder, type RunOrder, type RunPart } from "./run-order.ts";
import type { LifecycleFilter, RunDetails, RunKind, RunStatus } from "./types.ts";

export interface RunSearch {
  readonly workspaceId: string;
  /** Numbers; absent: all active experiments of the workspace. */
  readonly experiments?: readonly number[];
  /** MLflow's grammar: "metrics.AUC > 0.9 AND params.model = 'LightGBM'". */
  readonly filter?: string;
  /** "metrics.AUC DESC", "start_time ASC", "params.depth". Default: newest start first; the run's id decides between equals. */
  readonly orderBy?: readonly string[];
  /** Default: active. */
  readonly lifecycle?: LifecycleFilter;
  readonly kinds?: readonly RunKind[];
  readonly statuses?: readonly RunStatus[];
  /** Id of the parent; null for those that have none. */
  readonly parentId?: string | null;
  /** Default of each: "all". Datasets and models are read where `inputs` is not false. */
  readonly metrics?: Wanted;
  readonly params?: Wanted;
  readonly tags?: Wanted;
  readonly inputs?: boolean;
  /** Count all matches, which costs a second query. */
  readonly withTotal?: boolean;
  readonly limit: number;
  /** nextCursor of the page before. */
  readonly cursor?: string;
}

export interface RunPage extends Page<RunDetails> {
  /** All matches; present only when asked for. */
  readonly total?: number;
}

/** @throws SLW_TRACKING_FILTER (MLflow's texts), SLW_API_CURSOR */
export async function searchRuns(database: Queryable, search: RunSearch): Promise<RunPage> {
  const { workspaceId, filter, cursor, limit, metrics = "all", params = "all", tags = "all", inputs = true } = search;
  const order = runOrder(workspaceId, search.orderBy ?? []);
  const start =
    cursor === undefined
      ? null
      : readCursor(
          order.name,
          order.parts.map(({ keys }) => keys.length),
          cursor,
        );
  const conditions = [
    ...scopeConditions(search, await experimentIds(database, search)),
    ...(filter === undefined || filter.trim() === "" ? [] : runConditions(workspaceId, filter)),
  ];
  const found = await readParts(database, order, conditions, start, limit + 1);
  const rows = found.slice(0, limit);
  const runs = rows.map(({ row }) => toRun(row));
  const items = await readDetails(database, runs, { metrics, params, tags, inputs });
  const last = rows.at(-1);
  return {
    items,
    ...(found.length > limit &&
      last && { nextCursor: writeCursor(order.name, { part: last.part, after: last.row.sort_keys }) }),
    ...(search.withTotal && { total: await countRuns(database, conditions) }),
  };
}

/** Ids of the experiments to search; null for all of the workspace. */
async function experimentIds(database: Queryable, { workspaceId, experiments }: RunSearch): Promise<string[] | null> {
  if (experiments === undefined) return null;
  const rows = await database
    .selectFrom("experiments")
    .select("id")
    .where("workspace_id", "=", workspaceId)
    .where("number", "=", sql<number>`ANY(${experiments}::bigint[])`)
    .execute();
  return rows.map(({ id }) => id);
}

function scopeConditions(search: RunSearch, ids: readonly string[] | null): RawBuilder<unknown>[] {
  const { workspaceId, lifecycle = "active", kinds, statuses, parentId } = search;
  const [only] = ids ?? [];
  return [
    sql`runs.workspace_id = ${workspaceId}`,
    ...(ids === null
      ? lifecycle === "active"
        ? [sql`experiments.deleted_at IS NULL`]
        : []
      : [ids.length === 1 ? sql`runs.experiment_id = ${only}` : sql`runs.experiment_id = ANY(${ids}::text[])`]),
    ...(lifecycle === "all"
      ? []
      : [lifecycle === "active" ? sql`runs.deleted_at IS NULL` : sql`runs.deleted_at IS NOT NULL`]),
    ...(kinds === undefined ? [] : [isOneOf(sql`runs.kind`, kinds)]),
    ...(statuses === undefined ? [] : [isOneOf(sql`runs.status`, statuses)]),
    ...(parentId === undefined
      ? []
      : [parentId === null ? sql`runs.parent_id IS NULL` : sql`runs.parent_id = ${parentId}`]),
  ];
}

/** A single one by equality, so that an index gives the order as well. */
function isOneOf(column: RawBuilder<unknown>, values: readonly string[]): RawBuilder<unknown> {
  return values.length === 1 ? sql`${column} = ${values[0]}` : sql`${column} = ANY(${values}::text[])`;
}

interface FoundRow {
  readonly part: number;
  readonly row: RunRow & { readonly sort_keys: KeyValues };
}

async function readParts(
  database: Queryable,
  order: RunOrder,
  conditions: readonly RawBuilder<unknown>[],
  start: ListPosition | null,
  limit: number,
): Promise<FoundRow[]> {
  const found: FoundRow[] = [];
  for (const [part, entry] of order.parts.entries()) {
    if (start !== null && part < start.part) continue;
    if (found.length >= limit) break;
    const after = start?.part === part ? start.after : null;
    const rows = await readPart(database, order, entry, conditions, after, limit - found.length);
    found.push(...rows.map((row) => ({ part, row })));
  }
  return found;
}

async function readPart(
  database: Queryable,
  { joins }: RunOrder,
  { join, condition, keys }: RunPart,
  conditions: readonly RawBuilder<unknown>[],
  after: KeyValues | null,
  limit: number,
): Promise<FoundRow["row"][]> {
  const where = [...conditions, condition, ...(after === null ? [] : [isAfter(keys, after)])];
  const { rows } = await sql<FoundRow["row"]>`
    SELECT runs.id, runs.name, runs.kind, runs.user_name, runs.status, runs.status_reason, runs.parent_id, runs.started_at,
      runs.ended_at, runs.created_at, runs.updated_at, runs.deleted_at, runs.heartbeat_at, runs.source, runs.source_commit,
      experiments.number AS experiment_number, experiments.artifact_location, ${selectKeys(keys)}
    FROM runs JOIN experiments ON experiments.id = runs.experiment_id ${join} ${joins}
    WHERE ${sql.join(where, sql` AND `)}
    ORDER BY ${orderBy(keys)}
    LIMIT ${limit}
  `.execute(database);
  return rows;
}

async function countRuns(database: Queryable, conditions: readonly RawBuilder<unknown>[]): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*) AS count FROM runs JOIN experiments ON experiments.id = runs.experiment_id
    WHERE ${sql.join(conditions, sql` AND `)}
  `.execute(database);
  return rows[0]?.count ?? 0;
}
