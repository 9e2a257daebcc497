/** The connection to PostgreSQL: a pool, Kysely's query builder on it, and transactions that are tried again. */
import { Kysely, PostgresDialect, type Transaction } from "kysely";
import pg from "pg";
import { SlipwayError, type Log } from "../base/index.ts";
import type { Tables } from "./tables/index.ts";

export type Database = Kysely<Tables>;
/** A database or a transaction on it: what a query function takes. */
export type Queryable = Kysely<Tables> | Transaction<Tables>;

/** All our tables live in this schema. */
export const schemaName = "slipway";

export interface DatabaseOptions {
  /** postgresql:// */
  readonly url: string;
  /** Name of the connections in pg_stat_activity. */
  readonly applicationName: string;
  /** Connections at most. Default 10. */
  readonly connections?: number;
  /** Milliseconds after which a statement is ended. Default 30,000; 0 for none. */
  readonly statementTimeout?: number;
  /**
   * For work that finds a few rows by their keys, again and again: no plan of it reads a table from its beginning to its
   * end, however small that was when it was made, since plans are kept while tables grow. Default false.
   */
  readonly byKeys?: boolean;
  readonly log: Log;
}

/** Milliseconds: a machine that freezes between two statements of a transaction holds its locks no longer than that. */
const idleTransaction = 15_000;

/** Opens no connection yet; `destroy()` of the result ends them. int8 and numeric counts arrive as numbers. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connections ?? 10,
    application_name: options.applicationName,
    options: `-c search_path=${schemaName}${options.byKeys === true ? " -c enable_seqscan=off" : ""}`,
    statement_timeout: options.statementTimeout ?? 30_000,
    idle_in_transaction_session_timeout: idleTransaction,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    types: { getTypeParser: parserOf },
  });
  // Without listeners a connection that breaks while nothing is asked of it would end the process: the pool tells of those
  // that are idle, and each itself while somebody has it, between two statements of a transaction.
  const broke = (error: Error): void => options.log.warn({ err: error }, "a database connection broke");
  pool.on("error", broke);
  pool.on("connect", (client) => {
    client.on("error", broke);
    keepStatements(client);
  });
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

/** Statements that a connection keeps at most: each takes some kilobytes in PostgreSQL. */
const mostStatements = 150;
/** Texts that are counted at a time. */
const mostCounted = 2_000;

/**
 * A statement that a connection sends for the third time is prepared: PostgreSQL parses it once, and plans it anew only
 * where that pays. Statements that are sent once or twice, such as those with lists of many lengths, stay as they are.
 */
function keepStatements(client: pg.PoolClient): void {
  const sent = new Map<string, number>();
  const prepared = new Map<string, string>();
  const query = client.query.bind(client) as (config: unknown, values?: unknown) => unknown;
  const named = (text: unknown, values?: unknown): unknown => {
    if (typeof text !== "string" || !Array.isArray(values) || values.length === 0) return query(text, values);
    const name = prepared.get(text);
    if (name !== undefined) return query({ name, text, values });
    const times = (sent.get(text) ?? 0) + 1;
    if (sent.size > mostCounted) sent.clear();
    sent.set(text, times);
    if (times >= 3 && prepared.size < mostStatements) prepared.set(text, `s${prepared.size}`);
    return query(text, values);
  };
  client.query = named as typeof client.query;
}

const int8 = 20;

function parserOf(oid: number, format?: "text" | "binary"): (value: string) => unknown {
  if (oid === int8) return wholeNumber;
  return pg.types.getTypeParser(oid, format as "text") as (value: string) => unknown;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new SlipwayError("SLW_INTERNAL", `The database holds the whole number ${text}, too large for a number here.`);
}

/** PostgreSQL's codes of a transaction that lost against another and may be tried again: serialization, deadlock. */
const retried = new Set(["40001", "40P01"]);
const attempts = 5;

/** Runs `work` in one transaction; tries again when another transaction was in its way. */
export async function transaction<T>(
  database: Queryable,
  work: (transaction: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  if (database.isTransaction) return work(database as Transaction<Tables>);
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.transaction().execute(work);
    } catch (error) {
      if (attempt === attempts || !retried.has((error as { code?: string }).code ?? "")) throw error;
    }
  }
}

/** @returns the name of the violated constraint where `error` is PostgreSQL's for a row that is there already */
export function uniqueViolation(error: unknown): string | null {
  const { code, constraint } = error as { code?: string; constraint?: string };
  return code === "23505" ? (constraint ?? "") : null;
}

/** PostgreSQL's classes 08 (connection) and 57P (shut down by an operator, starting up), and a transaction idle too long. */
const connectionStates = /^(08...|57P0.|25P03)$/;
/** The system's codes, which files and requests that break off have as well: those of sockets name one of these calls. */
const socketCodes = /^E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|NOENT|HOSTUNREACH|NETUNREACH|AI_AGAIN)$/;
const socketCalls = /^(connect|read|write|getaddrinfo)$/;
/** The client library gives these no code. */
const connectionTexts =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** Did the connection break, or could none be made? Whether a commit was the last to pass is not known then. */
export function isConnectionFailure(error: unknown): boolean {
  const { code, message = "", syscall = "" } = error as { code?: string; message?: string; syscall?: string };
  if (code === undefined) return connectionTexts.test(message);
  return connectionStates.test(code) || (socketCodes.test(code) && socketCalls.test(syscall));
}
