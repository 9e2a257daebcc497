/** A backup of the database while it is in use. */
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { to as copyTo } from "pg-copy-streams";
import { slipwayVersion } from "../../../base/index.ts";
import { withConnection } from "../address.ts";
import { nameOf, readMigrations, readSequences, readTables, settle, type CatalogTable } from "./catalog.ts";
import { dataLength, encodeBackup, jsonFrame, type BackupHeader, type Frame, type TableEnd } from "./format.ts";

export interface BackupReport {
  readonly tables: number;
  readonly rows: number;
  /** Of the file. */
  readonly bytes: number;
}

/**
 * Writes every row of Slipway's tables as one transaction sees them, whatever is written
 * meanwhile; format.ts describes the bytes. `writable` is not ended. Numbers of transactions (xid8) are written as they
 * are, though they mean nothing in another server: whoever restores them settles that.
 * @param url postgresql://
 */
export async function backupDatabase(url: string, writable: Writable): Promise<BackupReport> {
  return withConnection(url, async (client) => {
    await settle(client);
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const report = { tables: 0, rows: 0, bytes: 0 };
    const counted = count(encodeBackup(readFrames(client, report)), report);
    await pipeline(Readable.from(counted, { objectMode: false }), writable, { end: false });
    await client.query("COMMIT");
    return report;
  });
}

async function* count(chunks: AsyncIterable<Buffer>, report: { bytes: number }): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    report.bytes += chunk.length;
    yield chunk;
  }
}

async function* readFrames(client: pg.Client, report: { tables: number; rows: number }): AsyncGenerator<Frame> {
  const tables = await readTables(client);
  const names = tables.map((table) => nameOf(client, table));
  // Their shape stays as it is until the end; rows are read and written as before.
  if (names.length > 0) await client.query(`LOCK TABLE ${names.join(", ")} IN ACCESS SHARE MODE`);
  const header: BackupHeader = {
    createdAt: new Date().toISOString(),
    slipway: slipwayVersion(),
    postgres: (await client.query<{ version: string }>("SELECT current_setting('server_version') AS version")).rows[0]
      ?.version as string,
    migrations: await readMigrations(client),
  };
  yield jsonFrame("H", header);
  for (const table of tables) {
    report.tables++;
    report.rows += yield* readTable(client, table);
  }
  // Sequences belong to no transaction: read after the rows, they are past every number in them.
  for (const { schema, name, lastValue } of await readSequences(client))
    if (lastValue !== null) yield jsonFrame("S", { schema, name, lastValue });
}

/** @returns the number of rows */
async function* readTable(client: pg.Client, table: CatalogTable): AsyncGenerator<Frame, number> {
  const { schema, name, columns } = table;
  yield jsonFrame("T", { schema, name, columns });
  const list = columns.map((column) => client.escapeIdentifier(column)).join(", ");
  const query = `COPY (SELECT ${list} FROM ONLY ${nameOf(client, table)}) TO STDOUT`;
  const stream = client.query(copyTo(query));
  // A connection that breaks is told of twice; the second time nobody would listen any more, which ends the process.
  stream.on("error", () => {});
  let bytes = 0;
  let held: Buffer[] = [];
  let heldLength = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    held.push(chunk);
    heldLength += chunk.length;
    bytes += chunk.length;
    if (heldLength < dataLength) continue;
    yield { kind: "D", content: Buffer.concat(held) };
    held = [];
    heldLength = 0;
  }
  if (heldLength > 0) yield { kind: "D", content: Buffer.concat(held) };
  const end: TableEnd = { rows: stream.rowCount, bytes };
  yield jsonFrame("E", end);
  return end.rows;
}
