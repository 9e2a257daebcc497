import type { ArtifactStore, Database, SecretBox } from "../../store/index.ts";
import type { DatastoreReach } from "../datastores/types.ts";
import type { TableProcesses } from "./process/run-task.ts";

/** What the functions that read or make content work with. */
export interface DatasetServices {
  readonly database: Database;
  readonly artifacts: ArtifactStore;
  /** Where files are read and computed on: never in this process. */
  readonly processes: TableProcesses;
  readonly secrets: SecretBox;
  /** What datastores may reach. */
  readonly reach: DatastoreReach;
}
