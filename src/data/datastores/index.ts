export {
  createDatastore,
  deleteDatastore,
  getDatastore,
  listDatastores,
  type DatastoreRef,
  type NewDatastore,
} from "./datastores.ts";
export { openUrl, withoutQuery } from "./https.ts";
export { checkReach, openDatastore, type DatastoreServices } from "./open-datastore.ts";
export { readReach } from "./reach.ts";
export type { Datastore, DatastoreConfig, DatastorePath, DatastoreReach, OpenDatastore, PathPage } from "./types.ts";
