/** What datastores may reach: public addresses, and what the server's operator allows beyond them. */
import { delimiter, isAbsolute } from "node:path";
import type { LookupFunction } from "node:net";
import { SlipwayError } from "../../base/index.ts";
import { pinnedLookup, resolveHost, type Address } from "../../store/index.ts";
import type { DatastoreReach } from "./types.ts";

/**
 * SLIPWAY_DATASTORE_FOLDERS: absolute folders, separated as in PATH. SLIPWAY_OUTBOUND_ALLOW: origins, separated by
 * commas.
 * @throws SLW_DATASTORE_REFUSED for a folder that is not absolute
 */
export function readReach(env: Readonly<NodeJS.ProcessEnv> = process.env): DatastoreReach {
  const { SLIPWAY_DATASTORE_FOLDERS: folders = "", SLIPWAY_OUTBOUND_ALLOW: origins = "" } = env;
  const listed = folders.split(delimiter).filter((folder) => folder !== "");
  const relative = listed.find((folder) => !isAbsolute(folder));
  if (relative !== undefined) {
    throw new SlipwayError(
      "SLW_DATASTORE_REFUSED",
      `SLIPWAY_DATASTORE_FOLDERS names ${relative}, which is not absolute.`,
    );
  }
  const allowed = origins.split(",").map((origin) => origin.trim().replace(/\/$/, "").toLowerCase());
  return { folders: listed, origins: allowed.filter((origin) => origin !== "") };
}

/** All addresses of a host, each of them public unless the origin is allowed. @throws SLW_OUTBOUND_ADDRESS, SLW_OUTBOUND_RESOLVE */
export function resolveReachable(reach: DatastoreReach, origin: string, host: string): Promise<readonly Address[]> {
  return resolveHost(host, reach.origins.includes(origin.toLowerCase()));
}

/** For connections to names: looks them up, and gives no address that was not checked. */
export function checkedLookup(isAllowed: boolean): LookupFunction {
  return (host, options, done) => {
    resolveHost(host, isAllowed)
      .then((addresses) => pinnedLookup(addresses)(host, options, done))
      // oxlint-disable-next-line promise/no-callback-in-promise -- a look-up is asked with a callback
      .catch((error: Error) => done(error, ""));
  };
}
