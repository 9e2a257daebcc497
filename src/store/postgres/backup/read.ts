/** Brings a backup back, in one transaction: all of it or nothing. */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { SlipwayError } from "../../../base/index.ts";
import { withConnection } from "../address.ts";
import { nameOf, readMigrations, readObstacles, readTables, settle, type CatalogTable } from "./catalog.ts";
import {
  broken,
  decodeBackup,
  parseFrame,
  type BackupHeader,
  type BackupSequence,
  type BackupTable,
  type Frame,
  type TableEnd,
} from "./format.ts";

export interface RestoreReport {
  readonly header: BackupHeader;
  readonly tables: number;
  readonly rows: number;
}

/**
 * Restores into a database that has the same migrations as the backup, and no rows. No server may run on it.
 * @param url postgresql://
 * @param readable the bytes that backupDatabase wrote, and no others
 * @throws SLW_STORE_BACKUP where the bytes are not whole; SLW_STORE_RESTORE where the database does not fit
 */
export async function restoreDatabase(url: string, readable: Readable): Promise<RestoreReport> {
  return withConnection(url, async (client) => {
    await settle(client);
    await client.query("BEGIN");
    const frames = decodeBackup(readable);
    const first = await frames.next();
    if (first.done === true || first.value.kind !== "H") throw broken("The backup of the database is damaged");
    const header = parseFrame<BackupHeader>(first.value);
    await checkMigrations(client, header);
    const tables = await lockTables(client);
    const obstacles = await readObstacles(client);
    for (const { remove } of obstacles) await client.query(remove);
    await checkEmpty(client, tables);
    const report = await readRows(
      client,
      frames,
      new Map(tables.map((table) => [`${table.schema}.${table.name}`, table])),
    );
    // Constraints that wait for the end of the transaction are checked now: what waits holds up the statements below.
    await client.query("SET CONSTRAINTS ALL IMMEDIATE");
    for (const { restore } of obstacles) await client.query(restore);
    await client.query("COMMIT");
    await client.query("ANALYZE");
    return { header, ...report };
  }).finally(() => readable.destroy());
}

async function checkMigrations(client: pg.Client, header: BackupHeader): Promise<void> {
  const ours = await readMigrations(client);
  for (const table of new Set([...Object.keys(ours), ...Object.keys(header.migrations)])) {
    const [expected, got] = [header.migrations[table] ?? [], ours[table] ?? []];
    if (expected.join() === got.join()) continue;
    throw new SlipwayError(
      "SLW_STORE_RESTORE",
      `The backup was made by Slipway ${header.slipway} with the migrations up to ${newest(expected)} in ${table}; the database has those up to ${newest(got)}.`,
      { details: { table, expected, got, slipway: header.slipway } },
    );
  }
}

const newest = (migrations: readonly string[]): string => migrations.at(-1) ?? "none";

async function lockTables(client: pg.Client): Promise<CatalogTable[]> {
  const tables = await readTables(client);
  const names = tables.map((table) => nameOf(client, table));
  if (names.length > 0) await client.query(`LOCK TABLE ${names.join(", ")} IN ACCESS EXCLUSIVE MODE`);
  return tables;
}

async function checkEmpty(client: pg.Client, tables: readonly CatalogTable[]): Promise<void> {
  for (const table of tables) {
    const query = `SELECT EXISTS (SELECT FROM ${nameOf(client, table)}) AS used`;
    const { rows } = await client.query<{ used: boolean }>(query);
    if (rows[0]?.used === true) throw notEmpty(table);
  }
}

function notEmpty({ schema, name }: CatalogTable): SlipwayError {
  return new SlipwayError("SLW_STORE_RESTORE", `The database is in use: the table ${schema}.${name} has rows.`, {
    fix: "Restore into a new data folder or an empty database.",
    details: { table: `${schema}.${name}` },
  });
}

async function readRows(
  client: pg.Client,
  frames: AsyncGenerator<Frame>,
  tables: ReadonlyMap<string, CatalogTable>,
): Promise<{ tables: number; rows: number }> {
  const report = { tables: 0, rows: 0 };
  // Not for-await: the rows of a table are taken from the same generator inside.
  for (;;) {
    const { done, value: frame } = await frames.next();
    if (done === true) return report;
    if (frame.kind === "S") {
      const sequence = parseFrame<BackupSequence>(frame);
      const name = nameOf(client, sequence);
      // What setval does outlives a rollback, but not on a sequence that the transaction has restarted.
      await client.query(`ALTER SEQUENCE ${name} RESTART`);
      await client.query("SELECT setval($1, $2::bigint)", [name, sequence.lastValue]);
    } else if (frame.kind === "T") {
      report.rows += await readTable(client, frames, parseFrame<BackupTable>(frame), tables);
      report.tables++;
    } else {
      throw broken("The backup of the database is damaged");
    }
  }
}

async function readTable(
  client: pg.Client,
  frames: AsyncGenerator<Frame>,
  table: BackupTable,
  tables: ReadonlyMap<string, CatalogTable>,
): Promise<number> {
  const name = `${table.schema}.${table.name}`;
  const ours = tables.get(name)?.columns ?? [];
  if (ours.toSorted().join() !== table.columns.toSorted().join())
    throw new SlipwayError("SLW_STORE_RESTORE", `The database has another table ${name} than the backup.`, {
      details: { table: name, expected: table.columns, got: ours },
    });
  const columns = table.columns.map((column) => client.escapeIdentifier(column));
  let end: TableEnd | null = null;
  let bytes = 0;
  async function* rowData(): AsyncGenerator<Buffer> {
    for (;;) {
      const { done, value: frame } = await frames.next();
      if (done !== true && frame.kind === "D") {
        bytes += frame.content.length;
        yield frame.content;
      } else if (done !== true && frame.kind === "E") {
        end = parseFrame<TableEnd>(frame);
        return;
      } else throw broken("The backup of the database is damaged");
    }
  }
  const stream = client.query(copyFrom(`COPY ${nameOf(client, table)} (${columns.join(", ")}) FROM STDIN`));
  // As in write.ts: the second word of one failure must find a listener too.
  stream.on("error", () => {});
  await pipeline(Readable.from(rowData(), { objectMode: false }), stream).catch((error: Error & { code?: string }) => {
    // Of the rows themselves PostgreSQL says "data exception" or "integrity constraint violation".
    if (!/^2[23]/.test(error.code ?? "")) throw error;
    throw broken(`The rows of ${name} in the backup cannot be read: ${error.message}`, error);
  });
  const { rows, bytes: written } = end ?? { rows: -1, bytes: -1 };
  if (stream.rowCount !== rows || bytes !== written) throw broken(`The backup has not all rows of ${name}`);
  return rows;
}
