import type { Log } from "../base/index.ts";
import type { ArtifactStore, Database } from "../store/index.ts";

/** What the routes work with: made once at start, passed to all. */
export interface Services {
  readonly database: Database;
  /** Files of all kinds, by their sha256. */
  readonly artifacts: ArtifactStore;
  readonly log: Log;
}
