export { activityChannel, activityPayload, wakeUpMilliseconds, type Activity } from "./activity.ts";
export { recordChange, serverActor, type Actor, type Change } from "./changes.ts";
export {
  isConnectionFailure,
  openDatabase,
  transaction,
  uniqueViolation,
  type Database,
  type DatabaseOptions,
  type Queryable,
} from "./database.ts";
export {
  createEventStream,
  streamReconnected,
  type EventStream,
  type EventStreamOptions,
  type StreamItem,
} from "./event-stream.ts";
export {
  eventsChannel,
  eventsEnd,
  isEventCursor,
  readEvents,
  recordEvent,
  type EventCursor,
  type NewEvent,
  type StoredEvent,
} from "./events.ts";
export { eventsPurged, purgeEvents, refusePurgedCursor, type EventPurge } from "./purge-events.ts";
export { listen, type Listening } from "./listen.ts";
export { migrate, newestMigration, planMigration } from "./migrations/index.ts";
export { readPage, type Page, type PageOrder, type PageRequest } from "./page.ts";
export type { Tables } from "./tables/index.ts";
export type { RoleName } from "./tables/users.ts";
export { checkDatabase, checkPostgres, type PostgresFacts } from "./postgres/check.ts";
export { claimOwnership, type Owner, type Ownership } from "./postgres/ownership.ts";
export { embeddedPostgresVersion } from "./postgres/programs.ts";
export { removePostgres, startPostgres, type PostgresOptions, type PostgresServer } from "./postgres/server.ts";
export {
  openArtifactStore,
  type ArtifactStore,
  type ByteRange,
  type ListedArtifact,
  type PutOptions,
  type StoredArtifact,
} from "./artifacts/index.ts";
export { createSecretBox, loadSecretKey, secretKeyFile, type SecretBox } from "./secrets/index.ts";
export { readBackup, settleRestored, writeBackup, type BackupReport } from "./backup/index.ts";
export {
  assertOutboundUrl,
  assertPublicAddress,
  fetchOutbound,
  pinnedLookup,
  resolveHost,
  type Address,
} from "./outbound/index.ts";
