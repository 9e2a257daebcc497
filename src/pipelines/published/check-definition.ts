/** What only the workspace knows of a definition: files of its code, and pipelines that are steps of it. */
import { sql } from "kysely";
import { SlipwayError } from "../../base/index.ts";
import type { Queryable } from "../../store/index.ts";
import { assertDefinition, isSafePath, type StoredDefinition } from "../../definition/index.ts";
import { artifactColumns } from "../maintenance/referenced.ts";
import { findPipelineVersion } from "./rows.ts";

/** Pipelines within pipelines. */
export const deepestNesting = 5;

/** @throws SLW_PIPELINE_INVALID */
export function assertStored(stored: StoredDefinition): void {
  const { code = {}, source: _, ...definition } = stored;
  assertDefinition(definition);
  for (const [name, { files }] of Object.entries(code)) {
    const step = Object.hasOwn(definition.steps, name) ? definition.steps[name] : undefined;
    if (step?.type !== "command" || step.code === undefined)
      throw badCode(name, "there is no such command step with code");
    const paths = files.map(({ path }) => path);
    const strange = paths.find((path, i) => !isSafePath(path) || paths.indexOf(path) !== i);
    if (strange === undefined) continue;
    throw badCode(name, `${JSON.stringify(strange.slice(0, 100))} is there twice, or no relative path of a file`);
  }
}

function badCode(step: string, problem: string): SlipwayError {
  return new SlipwayError("SLW_PIPELINE_INVALID", `steps.${step}.code: ${problem}.`, { details: { step } });
}

/** Files are there while a row names them: they have been uploaded a moment ago, or belong to another version. @throws SLW_PIPELINE_INVALID */
export async function checkCode(database: Queryable, definition: StoredDefinition): Promise<void> {
  const files = Object.entries(definition.code ?? {}).flatMap(([step, code]) =>
    code.files.map((file) => ({ step, ...file })),
  );
  if (files.length === 0) return;
  const known = artifactColumns.map(
    ([table, column]) => sql`EXISTS (SELECT FROM ${sql.table(table)} WHERE ${sql.ref(column)} = given.sha256)`,
  );
  const hashes = [...new Set(files.map(({ sha256 }) => sha256))];
  const { rows } = await sql<{ sha256: string }>`
    SELECT given.sha256 FROM unnest(${hashes}::text[]) AS given (sha256) WHERE NOT (${sql.join(known, sql` OR `)})
  `.execute(database);
  const missing = files.find(({ sha256 }) => rows.some((row) => row.sha256 === sha256));
  if (missing === undefined) return;
  throw new SlipwayError(
    "SLW_PIPELINE_INVALID",
    `steps.${missing.step}.code: the file "${missing.path}" is not in the artifact store.`,
    { fix: "Upload the files of the step's code first.", details: { step: missing.step, path: missing.path } },
  );
}

/** Keeps the files of the code from being swept away. */
export async function keepCode(
  trx: Queryable,
  definition: StoredDefinition,
  owner: { readonly pipeline_version_id: string | null; readonly run_id: string | null },
): Promise<void> {
  const hashes = Object.values(definition.code ?? {}).flatMap(({ files }) => files.map(({ sha256 }) => sha256));
  const rows = [...new Set(hashes)].map((sha256) => ({ ...owner, sha256 }));
  if (rows.length > 0) await trx.insertInto("pipeline_code_files").values(rows).execute();
}

/**
 * Steps of type "pipeline" name published ones, and none of those, however far down, is this pipeline itself.
 * @throws SLW_PIPELINE_INVALID, SLW_PIPELINE_UNKNOWN, SLW_PIPELINE_VERSION
 */
export async function checkNesting(
  database: Queryable,
  workspaceId: string,
  definition: StoredDefinition,
): Promise<void> {
  /** Versions that have been looked at, and at which depth at most. */
  const seen = new Map<string, number>();
  const descend = async ({ steps }: StoredDefinition, path: readonly string[]): Promise<void> => {
    for (const [name, step] of Object.entries(steps)) {
      if (step.type !== "pipeline") continue;
      const version = await findPipelineVersion(database, workspaceId, step.pipeline);
      const way = [...path, version.name];
      if (version.name === definition.name) {
        throw nesting(name, `the pipeline would run itself: ${way.join(" -> ")}`);
      }
      if (way.length - 1 > deepestNesting) {
        throw nesting(name, `pipelines nest more than ${deepestNesting} deep: ${way.join(" -> ")}`);
      }
      if ((seen.get(version.id) ?? 0) >= way.length) continue;
      seen.set(version.id, way.length);
      await descend(version.definition, way);
    }
  };
  await descend(definition, [definition.name]);
}

function nesting(step: string, problem: string): SlipwayError {
  return new SlipwayError("SLW_PIPELINE_INVALID", `steps.${step}.pipeline: ${problem}.`, { details: { step } });
}
