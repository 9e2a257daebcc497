/**
 * Artifacts: bytes under the name of their sha256, on disk or on an S3-compatible server.
 *
 * The life of an artifact:
 * 1. `put` receives the bytes under a name of its own making, out of sight of all readers.
 * 2. Once the last byte is safe and the hash is known, they appear whole under the hash; only then `put` answers.
 * 3. The caller writes the row that refers to the hash. Until then only the artifact's age protects it from `sweep`.
 * 4. `read` checks the bytes against the hash while they pass.
 * 5. When no row refers to it any more, `sweep` removes it.
 *
 * A new reference to bytes that were not put anew must be taken from another reference in one transaction.
 */
import type { Readable } from "node:stream";

/** What is stored: the name of the bytes and how many they are. */
export interface StoredArtifact {
  /** 64 lower-case hexadecimal digits (FIPS 180-4). */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

export interface ListedArtifact extends StoredArtifact {
  /** When these bytes were put last; whole seconds on S3. */
  readonly storedAt: Date;
}

export interface PutOptions {
  /** The sha256 that the sender announced; other bytes are refused with SLW_ARTIFACT_MISMATCH. */
  readonly expected?: string;
  /** The bytes that the sender announced (Content-Length): any other number is refused, and room is asked for before. */
  readonly size?: number;
  /** More bytes than this are refused with SLW_ARTIFACT_TOO_LARGE. Default: no limit of our own. */
  readonly maxBytes?: number;
  /** Ends the upload with SLW_ARTIFACT_ABORTED. */
  readonly signal?: AbortSignal;
}

/** Bytes from `start` up to, and without, `end`: 0 <= start <= end <= size. Default: all. */
export interface ByteRange {
  readonly start?: number;
  readonly end?: number;
}

export interface SweepOptions {
  /**
   * Only what was put before this moment goes. It must lie further back than the longest upload and than the longest
   * time between a `put` and the commit of the row that refers to it; a day is ample.
   */
  readonly olderThan: Date;
  /** Whether any row refers to the bytes. Asked only about those that are old enough. */
  isReferenced(sha256: string): Promise<boolean>;
}

/** What a sweep removed. */
export interface SweepReport {
  /** Uploads that ended early: those of dead processes of this machine at any age, others once they are old enough. */
  readonly uploads: number;
  /** Artifacts that nothing refers to. */
  readonly artifacts: number;
  /** Bytes of those artifacts. */
  readonly bytes: number;
}

/**
 * Every method may throw SLW_ARTIFACT_UNAVAILABLE (disk or server fails) and, where it takes one, SLW_ARTIFACT_ID for
 * what is no sha256.
 */
export interface ArtifactStore {
  /** The folder, or s3://bucket/prefix: never with credentials. */
  readonly location: string;

  /**
   * Stores bytes; they are durable and visible when this resolves, and leave nothing when it rejects. The same bytes
   * are stored once. A stream is read to its end; after a failure it is left where it was, not destroyed, so that an
   * HTTP request can still be answered.
   * @throws SLW_ARTIFACT_MISMATCH, SLW_ARTIFACT_TOO_LARGE, SLW_ARTIFACT_NO_SPACE, SLW_ARTIFACT_ABORTED
   */
  put(source: Readable | Uint8Array, options?: PutOptions): Promise<StoredArtifact>;

  /**
   * The bytes, or a part of them. Read whole, the stream ends with SLW_ARTIFACT_CORRUPT where they do not match the
   * hash: the last chunk is kept back until they do. A part is checked for its length only.
   * @throws SLW_ARTIFACT_NOT_FOUND, SLW_ARTIFACT_RANGE
   */
  read(sha256: string, range?: ByteRange): Promise<Readable>;

  /** Bytes; null where nothing is stored under the hash. */
  size(sha256: string): Promise<number | null>;

  /** Removes the bytes; nothing happens where there are none. For `sweep` and for tests: it asks nobody. */
  delete(sha256: string): Promise<void>;

  /** All artifacts, in the order of their hashes. */
  list(): AsyncIterable<ListedArtifact>;

  /** Removes what ended early and what nothing refers to; safe beside uploads of the same bytes. */
  sweep(options: SweepOptions): Promise<SweepReport>;

  /**
   * Removes what processes of this machine that live no more were still uploading; `sweep` does so too, later. Of one
   * process that has several threads only the main one may call it.
   * @returns how many
   */
  removeHalfUploads(): Promise<number>;

  /** A file to read in place, unchecked and never to be changed; null where nothing is stored or there are no files. */
  localFile(sha256: string): Promise<string | null>;

  /** Writes, reads and removes a few bytes. @throws SLW_ARTIFACT_UNAVAILABLE, SLW_ARTIFACT_NO_SPACE and SLW_ARTIFACT_CORRUPT */
  check(): Promise<ArtifactCheck>;
}

export interface ArtifactCheck {
  readonly location: string;
  /** Bytes that are free; null where the store cannot tell. */
  readonly free: number | null;
}
