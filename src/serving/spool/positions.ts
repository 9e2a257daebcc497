/** How far files were read: kept in the database, so that it changes in one transaction with what was read. */
import { sql } from "kysely";
import type { Queryable } from "../../store/index.ts";

export interface SpoolFile {
  readonly endpointId: string;
  readonly kind: "metrics" | "collected";
  /** Name in its folder; never given twice. */
  readonly file: string;
}

/** The position, 0 at first; until the transaction ends nobody else can have it. */
export async function lockPosition(trx: Queryable, { endpointId, kind, file }: SpoolFile): Promise<number> {
  await trx
    .insertInto("endpoint_files")
    .values({ endpoint_id: endpointId, kind, file, position: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await trx
    .selectFrom("endpoint_files")
    .select("position")
    .where("endpoint_id", "=", endpointId)
    .where("kind", "=", kind)
    .where("file", "=", file)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return row.position;
}

export async function movePosition(trx: Queryable, ref: SpoolFile, position: number): Promise<void> {
  await trx
    .updateTable("endpoint_files")
    .set({ position, updated_at: sql`now()` })
    .where("endpoint_id", "=", ref.endpointId)
    .where("kind", "=", ref.kind)
    .where("file", "=", ref.file)
    .execute();
}

/** By file. */
export async function readPositions(
  database: Queryable,
  { endpointId, kind }: Omit<SpoolFile, "file">,
): Promise<Map<string, number>> {
  const rows = await database
    .selectFrom("endpoint_files")
    .select(["file", "position"])
    .where("endpoint_id", "=", endpointId)
    .where("kind", "=", kind)
    .execute();
  return new Map(rows.map(({ file, position }) => [file, position]));
}

/**
 * Forgets files that are gone. Not at once: a removal may be undone by a loss of power, and a file that came back would
 * be read from its beginning.
 */
export async function forgetFiles(
  database: Queryable,
  { endpointId, kind }: Omit<SpoolFile, "file">,
  existing: readonly string[],
): Promise<void> {
  let query = database
    .deleteFrom("endpoint_files")
    .where("endpoint_id", "=", endpointId)
    .where("kind", "=", kind)
    .where("updated_at", "<", sql<Date>`now() - interval '1 day'`);
  if (existing.length > 0) query = query.where("file", "not in", existing);
  await query.execute();
}
