/** Many runs by one statement: the parts of a run that are begun together. */
import { sql } from "kysely";
import { eventsChannel, type Actor, type Queryable } from "../store/index.ts";
import { commitTag, nameTag, parentTag, sourceTag } from "./run-tags.ts";
import type { RunKind } from "./types.ts";

export interface NewParts {
  readonly workspaceId: string;
  /** The run that they are parts of; they are in its experiment. */
  readonly parentId: string;
  readonly runs: readonly { readonly id: string; readonly name: string; readonly kind: RunKind }[];
  readonly source: string;
  readonly actor: Actor;
}

/** As createRun, QUEUED, for runs that are not there: names have been checked, and ids are new. */
export async function createParts(trx: Queryable, parts: NewParts): Promise<void> {
  const { workspaceId, parentId, runs, source, actor } = parts;
  if (runs.length === 0) return;
  const [ids, names, kinds] = [runs.map(({ id }) => id), runs.map(({ name }) => name), runs.map(({ kind }) => kind)];
  await sql`
    WITH parent AS (
      SELECT runs.id, runs.experiment_id, runs.source_commit, experiments.number
      FROM runs JOIN experiments ON experiments.id = runs.experiment_id
      WHERE runs.id = ${parentId} AND runs.workspace_id = ${workspaceId}
    ), given AS (
      SELECT * FROM unnest(${ids}::text[], ${names}::text[], ${kinds}::text[]) AS given (id, name, kind)
    ), added AS (
      INSERT INTO runs (id, workspace_id, experiment_id, parent_id, name, kind, user_name, status, source, source_commit)
      SELECT given.id, ${workspaceId}, parent.experiment_id, parent.id, given.name, given.kind, ${actor.userName}, 'QUEUED',
        ${source}, parent.source_commit
      FROM given, parent
      RETURNING id, name, kind
    ), tagged AS (
      INSERT INTO run_tags (run_id, key, value)
      SELECT added.id, tag.key, tag.value FROM added, parent, LATERAL (VALUES
        (${nameTag}, added.name), (${parentTag}, parent.id), (${sourceTag}, ${source}), (${commitTag}, parent.source_commit)
      ) AS tag (key, value) WHERE tag.value IS NOT NULL
    ), told AS (
      SELECT 'run/' || added.id AS subject, jsonb_build_object('id', added.id, 'experiment', parent.number, 'name', added.name,
        'kind', added.kind, 'status', 'QUEUED', 'statusReason', NULL, 'parentId', parent.id) AS data
      FROM added, parent
    ), audited AS (
      INSERT INTO audit (workspace_id, user_id, user_name, action, subject, request_id, details)
      SELECT ${workspaceId}, ${actor.userId}, ${actor.userName}, 'createRun', subject, ${actor.requestId}, data FROM told
    ), recorded AS (
      INSERT INTO events (workspace_id, type, subject, data) SELECT ${workspaceId}, 'run.created', subject, data FROM told
    )
    SELECT pg_notify(${eventsChannel}, ${workspaceId})
  `.execute(trx);
}
