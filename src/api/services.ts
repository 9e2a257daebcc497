import type { Log } from "../base/index.ts";
import type { Compute } from "../compute/index.ts";
import type { DatastoreReach, TableProcesses } from "../data/index.ts";
import type { EndpointKeeper } from "../serving/index.ts";
import type { ArtifactStore, Database, EventStream, SecretBox } from "../store/index.ts";

/** What every wire works with: made once at start, passed to all. */
export interface CoreServices {
  readonly database: Database;
  /** Files of all kinds, by their sha256. */
  readonly artifacts: ArtifactStore;
  /** URI, without a slash at its end, below which MLflow clients put artifacts of new experiments. Default: mlflow-artifacts: */
  readonly artifactRoot?: string;
  readonly log: Log;
}

/** What the routes of /api/v1 work with besides. */
export interface Services extends CoreServices {
  /** What happens in the workspaces, as it happens. */
  readonly events: EventStream;
  /** For secrets at rest. */
  readonly secrets: SecretBox;
  /** Where files of datasets are read. */
  readonly processes: TableProcesses;
  /** What datastores may reach. */
  readonly reach: DatastoreReach;
  /** Told when something was queued or cancelled. */
  readonly compute: Pick<Compute, "poke">;
  /** What runs behind endpoints. */
  readonly endpoints: EndpointKeeper;
}
