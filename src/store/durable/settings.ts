/** What clients and executors of the durable queue have in common. */
import type { DBOSConfig } from "@dbos-inc/dbos-sdk";
import type { Log } from "../../base/index.ts";

/** DBOS's own tables live in this schema, beside ours. */
export const durableSchema = "dbos";

/** Workflows of other applications in the same database are not ours. */
export const applicationName = "slipway";

/**
 * DBOS brings a workflow only to executors of the version that it was enqueued for; by default that is a hash of the
 * source, so that an upgrade would leave workflows behind. It changes only where old workflows cannot go on.
 */
export const applicationVersion = "1";

type Logger = NonNullable<DBOSConfig["logger"]>;

/**
 * DBOS's own messages. What it tells of every start and stop is of interest to developers only; so are its warnings, of
 * which there are several a second while the database is away.
 */
export function toDurableLog(log: Log): Logger {
  const own = log.child({ part: "durable" });
  return {
    debug: () => {},
    info: (entry) => own.debug(String(entry)),
    warn: (entry) => own.debug(String(entry)),
    error: (entry, metadata) => own.error({ stack: metadata?.stack }, String(entry)),
  };
}

/** DBOS calls functions that Node warns of; the warning is not for our users. */
export function silenceDeprecations(): void {
  process.noDeprecation = true;
}
