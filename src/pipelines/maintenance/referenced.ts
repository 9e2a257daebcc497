/** Which rows keep bytes in the artifact store: the one place that names all columns that refer to artifacts. */
import { sql } from "kysely";
import type { Queryable } from "../../store/index.ts";

/** Table and column. A new column of this kind is added here; a test compares the list with the database. */
export const artifactColumns = [
  ["uploads", "sha256"],
  ["dataset_versions", "sha256"],
  ["run_artifacts", "sha256"],
  ["model_version_files", "sha256"],
  ["proxied_files", "sha256"],
  ["proxied_upload_parts", "sha256"],
  ["endpoint_log_segments", "sha256"],
  ["collected_files", "sha256"],
  ["pipeline_code_files", "sha256"],
] as const;

const conditions = artifactColumns.map(([table, column]) => {
  const name = sql.ref(column);
  return (sha256: string) => sql`EXISTS (SELECT FROM ${sql.table(table)} WHERE ${name} = ${sha256})`;
});

/** Does any row refer to these bytes? One statement, so that a reference that moves from one table to another is seen. */
export async function isReferenced(database: Queryable, sha256: string): Promise<boolean> {
  const any = sql.join(
    conditions.map((condition) => condition(sha256)),
    sql` OR `,
  );
  const { rows } = await sql<{ referenced: boolean }>`SELECT ${any} AS referenced`.execute(database);
  return rows[0]?.referenced ?? true;
}
