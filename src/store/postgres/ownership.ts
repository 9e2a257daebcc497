/**
 * One server at a time on the embedded database of a data folder: a lock inside the database, which PostgreSQL itself
 * frees when its holder dies, however it dies. Several servers on one database of their own (DATABASE_URL) need none.
 */
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { SlipwayError } from "../../base/index.ts";
import { connect } from "./address.ts";

/** The two numbers of the advisory lock: "SLIP" in ASCII, and which of our locks it is. */
const lock = [0x534c4950, 1] as const;

/** Milliseconds for a holder that was killed to lose the lock. */
const patience = 1_000;
/** Milliseconds between two attempts. */
const tryEvery = 50;

/** Who holds the database of a data folder. */
export interface Owner {
  readonly pid: number;
  /** Its beginning at least. */
  readonly host: string;
  /** Where it listens, such as http://127.0.0.1:8080; null where it has not said yet. */
  readonly address: string | null;
}

export interface Ownership {
  /** Tells others where this server listens, for those that are refused. */
  announce(address: string): Promise<void>;
  /** Gives the database free. */
  release(): Promise<void>;
}

export interface OwnershipOptions {
  /** Where this server will listen, where that is known. */
  readonly address?: string;
  /** Called when the database broke off and another server has taken it since: this one must end. */
  readonly onLost: (error: SlipwayError) => void;
}

/**
 * @param url of the embedded database
 * @throws SLW_STORE_OWNED, after a second, where another server holds it
 */
export async function claimOwnership(url: string, { address, onLost }: OwnershipOptions): Promise<Ownership> {
  let name = applicationName(address ?? null);
  let released = false;
  let client = await claim(url, name);

  const keep = (): void => {
    client.once("end", () => {
      if (!released) void reclaim();
    });
  };
  const reclaim = async (): Promise<void> => {
    for (;;) {
      if (released) return;
      try {
        client = await claim(url, name);
        if (released) await client.end();
        return keep();
      } catch (error) {
        if (error instanceof SlipwayError) return onLost(error);
        // The database is being started again: nobody else holds it either.
        await delay(tryEvery, undefined, { ref: false });
      }
    }
  };
  keep();

  return {
    async announce(to) {
      name = applicationName(to);
      await client.query("SELECT set_config('application_name', $1, false)", [name]);
    },
    async release() {
      released = true;
      await client.end();
    },
  };
}

async function claim(url: string, name: string): Promise<pg.Client> {
  const client = await connect(url, name);
  try {
    const until = performance.now() + patience;
    for (;;) {
      const { rows } = await client.query<{ ours: boolean }>("SELECT pg_try_advisory_lock($1, $2) AS ours", [...lock]);
      if (rows[0]?.ours === true) return client;
      if (performance.now() > until) throw owned(await ownerOf(client));
      await delay(tryEvery);
    }
  } catch (error) {
    await client.end();
    throw error;
  }
}

function owned(owner: Owner | null): SlipwayError {
  const where = owner === null || owner.address === null ? "" : ` at ${owner.address}`;
  const who = owner === null ? "another server" : `process ${owner.pid} on ${owner.host}${where}`;
  return new SlipwayError("SLW_STORE_OWNED", `This data folder is in use by ${who}.`, {
    details: { ...owner },
  });
}

/** @returns who holds the database; null where nobody does */
export async function ownerOf(client: pg.Client): Promise<Owner | null> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT activity.application_name AS name
       FROM pg_locks AS locks JOIN pg_stat_activity AS activity USING (pid)
      WHERE locks.locktype = 'advisory' AND locks.granted AND locks.objsubid = 2
        AND locks.classid = $1 AND locks.objid = $2 AND activity.datname = current_database()`,
    [...lock],
  );
  const [, pid, host, address] = /^slipway (\d+) (\S+) (.*)$/.exec(rows[0]?.name ?? "") ?? [];
  if (pid === undefined || address === undefined || host === undefined) return null;
  return { pid: Number(pid), host, address: address === "-" ? null : address };
}

export function isThisProcess(owner: Owner): boolean {
  return owner.pid === process.pid && thisHost().startsWith(owner.host);
}

/** PostgreSQL cuts the name of an application after as many bytes. */
const maxName = 63;
const minHost = 8;

/** The host gets what the address leaves, so that a long name of a host does not hide where to look. */
function applicationName(address: string | null): string {
  const where = address ?? "-";
  const room = maxName - `slipway ${process.pid}  ${where}`.length;
  return `slipway ${process.pid} ${thisHost().slice(0, Math.max(minHost, room))} ${where}`.slice(0, maxName);
}

const thisHost = (): string => hostname().replaceAll(/[^\w.-]/g, "-") || "-";
