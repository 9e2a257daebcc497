/** What a text finds in a workspace: for the palette, which asks with every pause in typing. */
import { sql } from "kysely";
import type { SearchResult } from "../contract/index.ts";
import type { Database, Tables } from "../store/index.ts";

/** Of each kind. */
const most = 8;
/** Runs that are looked through by name, the newest first. */
const searchedRuns = 20_000;

export async function searchWorkspace(database: Database, workspaceId: string, text: string): Promise<SearchResult> {
  const find = <Row>(table: keyof Tables, columns: string, gone: string): Promise<Row[]> =>
    findNamed<Row>(database, { workspaceId, text, table, columns, gone });
  const [datasets, models, endpoints, pipelines, experiments, runs] = await Promise.all([
    find<SearchResult["datasets"][number]>("datasets", "name", "archived_at IS NOT NULL"),
    find<SearchResult["models"][number]>("registered_models", "name", "archived_at IS NOT NULL"),
    find<SearchResult["endpoints"][number]>("endpoints", "name, state", "desired = 'deleted'"),
    find<SearchResult["pipelines"][number]>("pipelines", "name", "archived_at IS NOT NULL"),
    find<SearchResult["experiments"][number]>("experiments", "number, name", "deleted_at IS NOT NULL"),
    findRuns(database, workspaceId, text),
  ]);
  return { datasets, models, endpoints, pipelines, runs, experiments };
}

interface Search {
  readonly workspaceId: string;
  readonly text: string;
  readonly table: keyof Tables;
  readonly columns: string;
  /** Condition for a row that is not shown. */
  readonly gone: string;
}

/** Those that begin with the text first, then by name. */
async function findNamed<Row>(database: Database, { workspaceId, text, table, columns, gone }: Search): Promise<Row[]> {
  const at = sql`strpos(lower(name), lower(${text}))`;
  const { rows } = await sql<Row>`
    SELECT ${sql.raw(columns)} FROM ${sql.table(table)}
    WHERE workspace_id = ${workspaceId} AND NOT (${sql.raw(gone)}) AND ${at} > 0
    ORDER BY ${at} > 1, name LIMIT ${most}
  `.execute(database);
  return rows;
}

type RunFound = SearchResult["runs"][number];

/** By the beginning of the id any run, by name those that are no part of another. */
async function findRuns(database: Database, workspaceId: string, text: string): Promise<RunFound[]> {
  const isId = /^[0-9a-f]{4,32}$/i.test(text);
  const byId = isId ? await findRunsById(database, workspaceId, text.toLowerCase()) : [];
  const { rows } = await sql<RunFound>`
    SELECT id, name, kind, status FROM (
      SELECT runs.id, runs.name, kind, status, ordered_at
      FROM runs JOIN experiments ON experiments.id = experiment_id
      WHERE runs.workspace_id = ${workspaceId} AND parent_id IS NULL AND runs.deleted_at IS NULL
        AND experiments.deleted_at IS NULL
      ORDER BY ordered_at DESC, runs.id LIMIT ${searchedRuns}
    ) AS newest
    WHERE strpos(lower(name), lower(${text})) > 0
    ORDER BY ordered_at DESC, id LIMIT ${most}
  `.execute(database);
  const found = new Map([...byId, ...rows].map((run) => [run.id, run]));
  return [...found.values()].slice(0, most);
}

async function findRunsById(database: Database, workspaceId: string, prefix: string): Promise<RunFound[]> {
  // A range, which the index of ids answers: they are small hexadecimal digits, and z comes after those.
  const { rows } = await sql<RunFound>`
    SELECT runs.id, runs.name, kind, status FROM runs JOIN experiments ON experiments.id = experiment_id
    WHERE runs.workspace_id = ${workspaceId} AND runs.id >= ${prefix} AND runs.id <= ${`${prefix}z`}
      AND runs.deleted_at IS NULL AND experiments.deleted_at IS NULL
    ORDER BY runs.id LIMIT ${most}
  `.execute(database);
  return rows;
}
