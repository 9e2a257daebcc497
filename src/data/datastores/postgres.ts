/** A PostgreSQL database: a query's rows as CSV, read through a cursor in a transaction that can only read. */
import { Readable } from "node:stream";
import pg from "pg";
import { SlipwayError } from "../../base/index.ts";
import { formatCsvRow } from "../write-csv.ts";
import { unreachable, unsupported } from "./paths.ts";
import { resolveReachable } from "./reach.ts";
import type { DatastoreConfig, DatastoreReach, OpenDatastore, OpenedQuery, PathPage } from "./types.ts";

type PostgresConfig = Extract<DatastoreConfig, { kind: "postgres" }>;

/** Milliseconds until a connection must stand, and that one statement may take. */
const connectMilliseconds = 10_000;
const statementMilliseconds = 300_000;
/** Rows that travel at once. */
const batch = 2000;

/** @throws SLW_DATASTORE_REFUSED, SLW_DATASTORE_UNREACHABLE */
export async function openPostgres(config: PostgresConfig, reach: DatastoreReach): Promise<OpenDatastore> {
  const client = await connect(config, reach);
  return {
    openFile: () => Promise.reject(unsupported("postgres", "files; give a query")),
    openQuery: (query) => openQuery(client, query),
    listPaths: (folder, page) => listTables(client, folder, page),
    test: async () => void (await client.query("SELECT 1")),
    close: () => client.end(),
  };
}

async function connect({ settings, credentials }: PostgresConfig, reach: DatastoreReach): Promise<pg.Client> {
  const { host, port } = settings;
  // The addresses that were checked are the ones that are connected to: the name may mean others a moment later.
  const addresses = await resolveReachable(reach, `postgres://${host}:${port}`, host);
  let failure: Error | null = null;
  for (const { address } of addresses) {
    const client = createClient(settings, address, credentials?.password ?? "");
    try {
      await client.connect();
      return client;
    } catch (cause) {
      failure ??= cause as Error;
      await client.end().catch(() => undefined);
    }
  }
  throw unreachable(`The database at ${host}:${port}`, failure?.message ?? "it has no address", failure);
}

/** Everything is said here, so that nothing is taken from the environment of the server (PGPASSWORD, PGSSLMODE). */
function createClient(
  { host, port, database, user, tls }: PostgresConfig["settings"],
  address: string,
  password: string,
): pg.Client {
  const client = new pg.Client({
    host: address,
    port,
    database,
    user,
    password: () => password,
    ssl: tls === "verify" ? { servername: host, rejectUnauthorized: true } : false,
    application_name: "slipway datastore",
    connectionTimeoutMillis: connectMilliseconds,
    statement_timeout: statementMilliseconds,
    query_timeout: statementMilliseconds + connectMilliseconds,
    // ISO dates in UTC, whatever the server's own settings are; and every value as text, as the database writes it.
    options:
      "-c default_transaction_read_only=on -c datestyle=ISO -c timezone=UTC -c intervalstyle=iso_8601 -c extra_float_digits=1",
    types: { getTypeParser: () => (value: string) => value },
  });
  // A connection that breaks later is reported by the query that it breaks.
  client.on("error", () => undefined);
  return client;
}

async function openQuery(client: pg.Client, query: string): Promise<OpenedQuery> {
  const fields = await begin(client, query);
  const names = fields.map(({ name }) => name);
  const stream = Readable.from(readRows(client, fields), { objectMode: false });
  return {
    stream,
    size: null,
    fileName: "query.csv",
    textColumns: names.filter((_, i) => isText(fields[i]!.dataTypeID)),
  };
}

/** Opens a cursor, which takes one SELECT and nothing else. @throws SLW_DATASTORE_QUERY */
async function begin(client: pg.Client, query: string): Promise<readonly pg.FieldDef[]> {
  const statement = query.trim().replace(/;\s*$/, "");
  try {
    await client.query("BEGIN READ ONLY");
    // In the extended protocol a statement goes alone: the server refuses a second one after a semicolon.
    const declaration = { text: `DECLARE slipway_rows NO SCROLL CURSOR FOR ${statement}`, queryMode: "extended" };
    await client.query(declaration as pg.QueryConfig);
    const { fields } = await client.query({ text: "FETCH 0 FROM slipway_rows", rowMode: "array" });
    return fields;
  } catch (cause) {
    throw wrongQuery(cause as Error);
  }
}

async function* readRows(client: pg.Client, fields: readonly pg.FieldDef[]): AsyncGenerator<Buffer> {
  yield Buffer.from(formatCsvRow(fields.map(({ name }) => name)));
  for (;;) {
    const { rows } = await client
      .query<(string | null)[]>({ text: `FETCH ${batch} FROM slipway_rows`, rowMode: "array" } as pg.QueryArrayConfig)
      .catch((cause: Error) => {
        throw wrongQuery(cause);
      });
    if (rows.length === 0) return;
    yield Buffer.from(
      rows.map((row) => formatCsvRow(row.map((value, i) => readable(value, fields[i]!.dataTypeID)))).join(""),
    );
  }
}

const boolean = 16;

function readable(value: string | null, type: number): string | null {
  return type === boolean && value !== null ? (value === "t" ? "true" : "false") : value;
}

/** char, name, text, json, varchar, bpchar, uuid, jsonb: text, even where all values look like numbers. */
const textTypes = new Set([18, 19, 25, 114, 1042, 1043, 2950, 3802]);

function isText(type: number): boolean {
  return textTypes.has(type) || type === boolean;
}

function wrongQuery(cause: Error & { code?: string }): SlipwayError {
  const reason = cause.code === "57014" ? `it took more than ${statementMilliseconds / 1000} s` : cause.message;
  return new SlipwayError("SLW_DATASTORE_QUERY", `The query fails: ${reason}.`, { details: { reason }, cause });
}

/** Tables and views as "schema.table". */
async function listTables(
  client: pg.Client,
  folder: string,
  { limit, cursor }: { limit: number; cursor?: string },
): Promise<PathPage> {
  if (folder !== "") throw unsupported("postgres", "folders");
  const { rows } = await client.query<{ path: string }>(
    `SELECT path FROM (SELECT table_schema || '.' || table_name AS path FROM information_schema.tables
       WHERE table_schema NOT IN ('pg_catalog', 'information_schema')) AS tables
     WHERE path > $1 COLLATE "C" ORDER BY path COLLATE "C" LIMIT $2`,
    [cursor ?? "", limit + 1],
  );
  const items = rows.slice(0, limit).map(({ path }) => ({ path, size: null, modifiedAt: null }));
  const last = items.at(-1);
  return rows.length > limit && last !== undefined ? { items, nextCursor: last.path } : { items };
}
