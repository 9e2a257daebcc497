import type { Generated } from "kysely";

/** A file on its way in, or one that came and waits to become a version of a dataset. */
export interface UploadsTable {
  readonly id: string;
  readonly workspace_id: string;
  /** "receiving" is somebody's only while updated_at is fresh: it moves every second, and bytes that do not come end it. */
  readonly state: "receiving" | "stored" | "failed";
  /** As the client calls it: shown, never used as a path. */
  readonly file_name: string;
  /** Bytes that were announced. */
  readonly expected_size: number | null;
  /** Bytes that came; of a stored one its size. */
  readonly received: Generated<number>;
  /** In the artifact store, once it is stored. */
  readonly sha256: string | null;
  /** Why it failed, in words. */
  readonly error: string | null;
  /** Name of the user. */
  readonly created_by: string;
  readonly created_at: Generated<Date>;
  readonly updated_at: Generated<Date>;
}
