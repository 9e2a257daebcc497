/** Whether a database can be used, and if not, why, in words. */
import { sql } from "kysely";
import pg from "pg";
import { SlipwayError } from "../../base/index.ts";
import type { Database } from "../database.ts";
import { withConnection } from "./address.ts";

const oldestVersion = 14;

export interface PostgresFacts {
  /** "18.4" */
  readonly version: string;
  /** host:port/database; without user and password. */
  readonly place: string;
}

/**
 * @param url postgresql://
 * @throws SLW_STORE_UNREACHABLE, SLW_STORE_VERSION, SLW_STORE_ENCODING; never with the password
 */
export async function checkPostgres(url: string): Promise<PostgresFacts> {
  return judge(url, () => withConnection(url, async (client) => (await client.query<ReadFacts>(factsOf)).rows[0]));
}

/** The same by a connection of a pool, which has it from then on: a start does not make two. @param url the pool's */
export async function checkDatabase(database: Database, url: string): Promise<PostgresFacts> {
  return judge(url, async () => (await sql.raw<ReadFacts>(factsOf).execute(database)).rows[0]);
}

async function judge(url: string, read: () => Promise<ReadFacts | undefined>): Promise<PostgresFacts> {
  const { place, password } = placeOf(url);
  const facts = (await read().catch((error: Error) => {
    throw unreachable(
      place,
      withoutSecret(error.message || String((error as { code?: string }).code), password),
      error,
    );
  })) as ReadFacts;
  if (facts.version < oldestVersion * 10_000)
    throw new SlipwayError(
      "SLW_STORE_VERSION",
      `The database at ${place} is PostgreSQL ${facts.text}; ${oldestVersion} or newer is needed.`,
      { details: { place, expected: oldestVersion, got: facts.text } },
    );
  if (facts.encoding !== "UTF8")
    throw new SlipwayError(
      "SLW_STORE_ENCODING",
      `The database at ${place} holds text as ${facts.encoding}; UTF8 is needed.`,
      { details: { place, expected: "UTF8", got: facts.encoding } },
    );
  return { version: facts.text, place };
}

interface ReadFacts {
  readonly version: number;
  readonly text: string;
  readonly encoding: string;
}

const factsOf = `SELECT current_setting('server_version_num')::int AS version,
                        split_part(current_setting('server_version'), ' ', 1) AS text,
                        current_setting('server_encoding') AS encoding`;

function placeOf(url: string): { place: string; password: string } {
  if (!/^postgres(ql)?:\/\//.test(url)) throw noAddress();
  try {
    const { host, port, database, password } = new pg.Client(url);
    return { place: `${host}:${port}/${database ?? ""}`, password: typeof password === "string" ? password : "" };
  } catch {
    // Its message holds the whole address.
    throw noAddress();
  }
}

function noAddress(): SlipwayError {
  return new SlipwayError("SLW_STORE_UNREACHABLE", "The address of the database is not one of PostgreSQL.", {
    fix: "Set DATABASE_URL in the form postgresql://user:password@host:5432/slipway; write special characters of the password as %XX.",
  });
}

function unreachable(place: string, reason: string, error: unknown): SlipwayError {
  const code = (error as { code?: string }).code;
  return new SlipwayError("SLW_STORE_UNREACHABLE", `The database at ${place} cannot be reached: ${reason}`, {
    details: { place, reason, ...(code === undefined ? {} : { code }) },
  });
}

const withoutSecret = (text: string, secret: string): string =>
  secret === "" ? text : text.replaceAll(secret, "(removed)");
