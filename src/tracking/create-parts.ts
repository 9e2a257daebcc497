/** Many runs by one statement: the parts of a run that are begun together. */
import { sql } from "kysely";
import { eventsChannel, type Actor, type Queryable } from "../store/index.ts";
import { commitTag, nameTag, parentTag, sourceTag } from "./run-tags.ts";
import type { RunKind } from "./types.ts";

export interface NewParts {
  readonly workspaceId: string;
  readonly runs: readonly NewPart[];
  readonly source: string;
  readonly actor: Actor;
}

export interface NewPart {
  readonly id: string;
  /** The run that it is a part of, and in whose experiment it is. */
  readonly parentId: string;
  readonly name: string;
  readonly kind: RunKind;
}

/** As createRun, QUEUED, for runs that are not there: names have been checked, and ids are new. */
export async function createParts(trx: Queryable, parts: NewParts): Promise<void> {
  const { workspaceId, runs, source, actor } = parts;
  if (runs.length === 0) return;
  const given = JSON.stringify(runs.map(({ id, parentId, name, kind }) => ({ id, parent_id: parentId, name, kind })));
  await sql`
    WITH given AS (
      -- OFFSET 0: one look by its key for each, and no join, for which PostgreSQL would read all runs there are.
      SELECT given.*, parent.experiment_id, parent.source_commit, parent.number
      FROM json_to_recordset(${given}::json) AS given (id text, parent_id text, name text, kind text)
      CROSS JOIN LATERAL (
        SELECT runs.workspace_id, experiment_id, source_commit, number
        FROM runs JOIN experiments ON experiments.id = runs.experiment_id WHERE runs.id = given.parent_id OFFSET 0
      ) AS parent
      WHERE parent.workspace_id = ${workspaceId}
    ), added AS (
      INSERT INTO runs (id, workspace_id, experiment_id, parent_id, name, kind, user_name, status, source, source_commit)
      SELECT id, ${workspaceId}, experiment_id, parent_id, name, kind, ${actor.userName}, 'QUEUED', ${source}, source_commit
      FROM given
    ), tagged AS (
      INSERT INTO run_tags (run_id, key, value)
      SELECT given.id, tag.key, tag.value FROM given, LATERAL (VALUES
        (${nameTag}, given.name), (${parentTag}, given.parent_id), (${sourceTag}, ${source}),
        (${commitTag}, given.source_commit)
      ) AS tag (key, value) WHERE tag.value IS NOT NULL
    ), told AS (
      SELECT 'run/' || id AS subject, jsonb_build_object('id', id, 'experiment', number, 'name', name, 'kind', kind,
        'status', 'QUEUED', 'statusReason', NULL, 'parentId', parent_id) AS data
      FROM given
    ), audited AS (
      INSERT INTO audit (workspace_id, user_id, user_name, action, subject, request_id, details)
      SELECT ${workspaceId}, ${actor.userId}, ${actor.userName}, 'createRun', subject, ${actor.requestId}, data FROM told
    ), recorded AS (
      INSERT INTO events (workspace_id, type, subject, data) SELECT ${workspaceId}, 'run.created', subject, data FROM told
    )
    SELECT pg_notify(${eventsChannel}, ${workspaceId})
  `.execute(trx);
}
