/** Datastores: places outside that datasets are read from, by Azure ML's word. Nothing is ever written to them. */
import type { Readable } from "node:stream";

export const datastoreKinds = ["disk", "s3", "postgres", "https"] as const;
export type DatastoreKind = (typeof datastoreKinds)[number];

/** What a kind needs to know, and what of it is secret. */
export type DatastoreConfig =
  | {
      readonly kind: "disk";
      /** Absolute; in one of the folders that the server's operator allows. */
      readonly settings: { readonly folder: string };
      readonly credentials?: undefined;
    }
  | {
      readonly kind: "s3";
      readonly settings: {
        readonly bucket: string;
        /** Without slashes at its ends; "" for the whole bucket. */
        readonly prefix: string;
        readonly region: string;
        /** Of an S3-compatible server: https://host[:port]. Absent: Amazon's. */
        readonly endpoint?: string;
      };
      /** Absent: requests are not signed (public buckets). */
      readonly credentials?: {
        readonly accessKeyId: string;
        readonly secretAccessKey: string;
        readonly sessionToken?: string;
      };
    }
  | {
      readonly kind: "postgres";
      readonly settings: {
        readonly host: string;
        readonly port: number;
        readonly database: string;
        readonly user: string;
        /** "verify": encrypted, certificate checked; "off": plain. */
        readonly tls: "verify" | "off";
      };
      readonly credentials?: { readonly password: string };
    }
  | {
      readonly kind: "https";
      /** Paths are appended to it. */
      readonly settings: { readonly url: string };
      /** Sent as Authorization: Bearer. */
      readonly credentials?: { readonly token: string };
    };

export interface Datastore {
  readonly id: string;
  /** Unique in the workspace. */
  readonly name: string;
  readonly kind: DatastoreKind;
  readonly description: string;
  /** Without secrets. */
  readonly settings: DatastoreConfig["settings"];
  readonly hasCredentials: boolean;
  /** Name of the user. */
  readonly createdBy: string;
  readonly createdAt: Date;
}

/** What the server's operator lets datastores reach. */
export interface DatastoreReach {
  /** Absolute folders in which, and below which, disk datastores may lie. */
  readonly folders: readonly string[];
  /**
   * Addresses that may be reached although they are not public, or not https: exact origins, "https://minio.lan:9000",
   * "postgres://db.lan:5432".
   */
  readonly origins: readonly string[];
}

/** Something that is read once. */
export interface OpenedFile {
  readonly stream: Readable;
  /** Bytes, where it is known beforehand. */
  readonly size: number | null;
  /** The last part of its path. */
  readonly fileName: string;
}

export interface DatastorePath {
  /** Relative to the datastore; of a folder with a slash at its end. */
  readonly path: string;
  /** Bytes; null for a folder. */
  readonly size: number | null;
  readonly modifiedAt: Date | null;
}

export interface PathPage {
  readonly items: readonly DatastorePath[];
  /** Absent on the last page. */
  readonly nextCursor?: string;
}

/** A datastore that is connected to. */
export interface OpenDatastore {
  /** @throws SLW_DATASTORE_NO_FILE, SLW_DATASTORE_PATH, SLW_DATASTORE_UNREACHABLE, SLW_DATASTORE_UNSUPPORTED */
  openFile(path: string, signal?: AbortSignal): Promise<OpenedFile>;
  /** The rows that a query gives, as CSV with a header. @throws SLW_DATASTORE_QUERY, SLW_DATASTORE_UNSUPPORTED */
  openQuery(query: string, signal?: AbortSignal): Promise<OpenedQuery>;
  /** What lies directly in a folder, in order of name; "" is the whole datastore. */
  listPaths(folder: string, page: { readonly limit: number; readonly cursor?: string }): Promise<PathPage>;
  /** Does the least that shows that reading works. @throws SLW_DATASTORE_* */
  test(): Promise<void>;
  close(): Promise<void>;
}

export interface OpenedQuery extends OpenedFile {
  /** Columns that are text in the database, so that "007" stays what it is. */
  readonly textColumns: readonly string[];
}
