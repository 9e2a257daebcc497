/** Connects to a datastore, whatever its kind. */
import type { Queryable, SecretBox } from "../../store/index.ts";
import { getDatastoreConfig, type DatastoreRef } from "./datastores.ts";
import { openDisk } from "./disk.ts";
import { openHttps } from "./https.ts";
import { openPostgres } from "./postgres.ts";
import { openS3 } from "./s3.ts";
import type { DatastoreConfig, DatastoreReach, OpenDatastore } from "./types.ts";

export interface DatastoreServices {
  readonly database: Queryable;
  readonly secrets: SecretBox;
  readonly reach: DatastoreReach;
}

/** To be closed after use. @throws SLW_DATASTORE_UNKNOWN, SLW_DATASTORE_REFUSED, SLW_DATASTORE_UNREACHABLE, SLW_OUTBOUND_* */
export async function openDatastore(services: DatastoreServices, ref: DatastoreRef): Promise<OpenDatastore> {
  return connect(await getDatastoreConfig(services, ref), services.reach);
}

function connect(config: DatastoreConfig, reach: DatastoreReach): Promise<OpenDatastore> | OpenDatastore {
  switch (config.kind) {
    case "disk":
      return openDisk(config.settings, reach);
    case "s3":
      return openS3(config, reach);
    case "postgres":
      return openPostgres(config, reach);
    case "https":
      return openHttps(config, reach);
  }
}

/**
 * Refuses, before it is stored, what may not be reached as far as that can be said without connecting; each connection
 * checks again.
 * @throws SLW_DATASTORE_REFUSED, SLW_OUTBOUND_URL, SLW_OUTBOUND_ADDRESS
 */
export async function checkReach(config: DatastoreConfig, reach: DatastoreReach): Promise<void> {
  // Neither of them connects to anything yet.
  if (config.kind === "postgres") return;
  const opened = await connect(config, reach);
  await opened.close();
}
