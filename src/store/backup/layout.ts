/**
 * A backup is one tar file (POSIX.1-2001), in this order:
 *   slipway-backup.json     what it is: BackupHead
 *   secret.key              where there is one: what the credentials in the database are encrypted with
 *   database.dump           all rows as one moment saw them: store/postgres/backup/format.ts
 *   artifacts/<sha256>      the bytes, each under its own hash
 *   end.json                BackupEnd: a file without it is cut off
 * The rows come first: what they refer to is in the artifact store before they are, and stays there.
 */
export interface BackupHead {
  readonly format: 1;
  /** RFC 3339. */
  readonly createdAt: string;
  /** Version of Slipway that wrote it. */
  readonly slipway: string;
  /** Name of the newest migration of the database. */
  readonly migration: string;
}

export interface BackupEnd {
  readonly artifacts: number;
  /** Of all artifacts. */
  readonly bytes: number;
}

export const headName = "slipway-backup.json";
export const keyName = "secret.key";
export const databaseName = "database.dump";
export const artifactFolder = "artifacts/";
export const endName = "end.json";
