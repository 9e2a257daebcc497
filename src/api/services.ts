import type { Log } from "../base/index.ts";
import type { Compute } from "../compute/index.ts";
import type { ArtifactStore, Database, EventStream } from "../store/index.ts";

/** What the routes work with: made once at start, passed to all. */
export interface Services {
  readonly database: Database;
  /** Files of all kinds, by their sha256. */
  readonly artifacts: ArtifactStore;
  /** What happens in the workspaces, as it happens. */
  readonly events: EventStream;
  readonly log: Log;
  /** Told when something was queued or cancelled. */
  readonly compute: Pick<Compute, "poke">;
}
