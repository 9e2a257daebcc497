/** Clears away what a kill cut off at once, and once a day what nobody needs any more; of several servers one at a time. */
import { sql } from "kysely";
import { maintain, type MaintenanceServices } from "./maintain.ts";

export interface MaintenanceOptions extends MaintenanceServices {
  /** Milliseconds until the first time. Default: a minute, so that a start is not slowed down. */
  readonly firstAfter?: number;
}

export interface Maintenance {
  /** Leaves what is under way at its next step. */
  close(): Promise<void>;
}

const every = 86_400_000;
const aMinute = 60_000;

export function startMaintenance({ firstAfter = aMinute, ...services }: MaintenanceOptions): Maintenance {
  const closed = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const run = (): void => {
    running = maintainAlone(services, closed.signal).catch((error: unknown) =>
      services.log.warn({ err: error }, "maintenance could not begin"),
    );
  };
  const cleaning = removeHalfUploads(services);
  const first = setTimeout(run, firstAfter);
  const later = setInterval(run, every);
  return {
    async close() {
      clearTimeout(first);
      clearInterval(later);
      closed.abort();
      await cleaning;
      await running;
    },
  };
}

/** Bytes that a kill left half uploaded take room until then; nobody waits for it. */
async function removeHalfUploads({ artifacts, log }: MaintenanceServices): Promise<void> {
  try {
    const removed = await artifacts.removeHalfUploads();
    if (removed > 0) log.info({ removed }, "half uploads of dead processes were removed");
  } catch (error) {
    log.warn({ err: error }, "half uploads of dead processes could not be removed");
  }
}

/** The two numbers of the advisory lock: "SLIP" in ASCII, and which of our locks it is. */
const lock = [0x534c4950, 2] as const;

/** A lock of the connection, which PostgreSQL frees when its holder dies, however it dies. */
export async function maintainAlone(services: MaintenanceServices, signal: AbortSignal): Promise<void> {
  const [area, which] = lock;
  await services.database.connection().execute(async (connection) => {
    const { rows } = await sql<{
      ours: boolean;
    }>`SELECT pg_try_advisory_lock(${sql.lit(area)}, ${sql.lit(which)}) AS ours`.execute(connection);
    if (rows[0]?.ours !== true) return;
    try {
      await maintain(services, signal);
    } finally {
      await sql`SELECT pg_advisory_unlock(${sql.lit(area)}, ${sql.lit(which)})`.execute(connection);
    }
  });
}
