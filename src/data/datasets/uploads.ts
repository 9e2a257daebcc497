/**
 * Uploads: files on their way into the artifact store.
 *
 * 1. `receiveUpload` writes a row in state "receiving" and streams the bytes into the store; the row says how many came.
 * 2. Once the store holds them for good, the row is "stored" and the request is answered.
 * 3. A version of a dataset is made of it; an upload that became none is forgotten a day later.
 * A server that dies in step 1 leaves a row that nobody moves: it counts as failed, and the store sweeps the bytes.
 */
import { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import { SlipwayError } from "../../base/index.ts";
import type { ArtifactStore, Database, Queryable, StoredArtifact } from "../../store/index.ts";

export interface Upload {
  readonly id: string;
  readonly state: "receiving" | "stored" | "failed";
  /** As the client calls it. */
  readonly fileName: string;
  /** Bytes that were announced; null where nothing was. */
  readonly expectedSize: number | null;
  /** Bytes that came; to the second. */
  readonly received: number;
  /** Once it is stored. */
  readonly sha256: string | null;
  /** Why it failed, in words. */
  readonly error: string | null;
  /** Name of the user. */
  readonly createdBy: string;
  readonly createdAt: Date;
}

export interface NewUpload {
  /** Of the request, or chosen by the client, who can then ask how far it is. */
  readonly id: string;
  readonly workspaceId: string;
  readonly fileName: string;
  /** Bytes, where they are announced: any other number is refused. */
  readonly size?: number | undefined;
  /** Of the bytes, where it is announced: other ones are refused. */
  readonly sha256?: string | undefined;
  /** Name of the user. */
  readonly createdBy: string;
}

/** Milliseconds between two notes of how much has come. */
const noteInterval = 1000;
/** Milliseconds without a byte after which an upload is given up. */
const patience = 60_000;
/** Seconds without a note after which an upload belongs to a server that is gone. */
const staleSeconds = 10;
const isStale = sql<boolean>`(uploads.state = 'receiving' AND uploads.updated_at < now() - ${sql.lit(staleSeconds)} * interval '1 second')`;
const staleReason = "The server that received it has ended.";

/**
 * Answers when the bytes are durable. The stream is read to its end; after a failure it is left where it was. An upload
 * that failed may be sent again under its id, and one that is stored too, if the bytes are the same.
 * @throws SLW_UPLOAD_EXISTS, SLW_UPLOAD_STALLED, SLW_ARTIFACT_*
 */
export async function receiveUpload(
  { database, artifacts }: { readonly database: Database; readonly artifacts: ArtifactStore },
  input: NewUpload,
  bytes: Readable,
  signal?: AbortSignal,
): Promise<Upload> {
  const { id, size, sha256 } = input;
  // A client that is gone before the first byte is read: whoever reads is told, and nobody else.
  bytes.on("error", () => undefined);
  const before = await claimWhenFree(database, input, signal);
  const progress = watchProgress(database, id, bytes, signal);
  try {
    const expected = before ?? sha256;
    const announced = { ...(size !== undefined && { size }), ...(expected !== undefined && { expected }) };
    const stored = await artifacts.put(progress.bytes, { ...announced, signal: progress.signal });
    await progress.stop();
    await markStored(database, id, stored);
  } catch (error) {
    await progress.stop();
    if (before !== null) throw (error as SlipwayError).code === "SLW_ARTIFACT_MISMATCH" ? taken(id) : error;
    await markFailed(database, id, error as Error);
    throw error;
  }
  return getUpload(database, input.workspaceId, id);
}

/**
 * A client whose server died sends the file again, perhaps before it shows that nobody moves the first upload any more:
 * it waits that long, instead of being refused.
 */
async function claimWhenFree(
  database: Database,
  input: NewUpload,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  const until = performance.now() + (staleSeconds + 2) * 1000;
  for (;;) {
    const claimed = await claimUpload(database, input);
    if (claimed !== "receiving") return claimed;
    if (performance.now() > until) throw taken(input.id);
    await delay(noteInterval / 2, undefined, signal && { signal });
  }
}

/**
 * @returns the sha256 of what is stored under the id already; null where the upload is ours to receive; "receiving"
 *   where the same user's is under way
 */
async function claimUpload(database: Database, input: NewUpload): Promise<string | null> {
  const { id, workspaceId, fileName, size = null, createdBy } = input;
  const fresh = { state: "receiving", file_name: fileName, expected_size: size } as const;
  const claimed = await database
    .insertInto("uploads")
    .values({ id, workspace_id: workspaceId, created_by: createdBy, ...fresh })
    .onConflict((conflict) =>
      conflict
        .column("id")
        .doUpdateSet({ ...fresh, received: 0, error: null, updated_at: sql`now()` })
        .where("uploads.workspace_id", "=", workspaceId)
        .where("uploads.created_by", "=", createdBy)
        .where(sql<boolean>`(uploads.state = 'failed' OR ${isStale})`),
    )
    .returning("id")
    .executeTakeFirst();
  if (claimed !== undefined) return null;
  const there = await database
    .selectFrom("uploads")
    .select("sha256")
    .where("id", "=", id)
    .where("workspace_id", "=", workspaceId)
    .where("created_by", "=", createdBy)
    .executeTakeFirst();
  if (there === undefined) throw taken(id);
  return there.sha256 ?? "receiving";
}

function taken(id: string): SlipwayError {
  return new SlipwayError("SLW_UPLOAD_EXISTS", `There is another upload with the id "${id}".`, {
    details: { upload: id },
  });
}

interface UploadProgress {
  /** The bytes, counted. */
  readonly bytes: Readable;
  /** Aborted when nothing comes any more. */
  readonly signal: AbortSignal;
  stop(): Promise<void>;
}

/** Notes what has come, and ends an upload from which nothing comes any more. */
function watchProgress(
  database: Database,
  id: string,
  source: Readable,
  signal: AbortSignal | undefined,
): UploadProgress {
  const stalled = new AbortController();
  let received = 0;
  let movedAt = performance.now();
  let noted: Promise<unknown> = Promise.resolve();
  async function* count(): AsyncGenerator<Buffer> {
    for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      received += chunk.length;
      movedAt = performance.now();
      yield chunk;
      movedAt = performance.now();
    }
  }
  const bytes = Readable.from(count());
  const timer = setInterval(() => {
    if (performance.now() - movedAt > patience && !source.readableEnded) stalled.abort(stalledAfter(received));
    const note = database.updateTable("uploads").set({ received, updated_at: sql`now()` });
    // A note that cannot be written is no reason to refuse the bytes.
    noted = note
      .where("id", "=", id)
      .where("state", "=", "receiving")
      .execute()
      .catch(() => undefined);
  }, noteInterval);
  return {
    bytes,
    signal: signal ? AbortSignal.any([stalled.signal, signal]) : stalled.signal,
    async stop() {
      clearInterval(timer);
      bytes.destroy();
      await noted;
    },
  };
}

function stalledAfter(received: number): SlipwayError {
  const seconds = patience / 1000;
  return new SlipwayError("SLW_UPLOAD_STALLED", `No byte came for ${seconds} s; ${received} had come before.`, {
    details: { received },
  });
}

async function markStored(database: Database, id: string, { sha256, size }: StoredArtifact): Promise<void> {
  await database
    .updateTable("uploads")
    .set({ state: "stored", sha256, received: size, updated_at: sql`now()` })
    .where("id", "=", id)
    .execute();
}

async function markFailed(database: Database, id: string, error: Error): Promise<void> {
  const reason = error instanceof SlipwayError ? error.message : "It failed inside Slipway.";
  const failed = { state: "failed", error: reason, updated_at: sql<Date>`now()` } as const;
  // The request fails with its own error, whether or not this can be noted.
  await database
    .updateTable("uploads")
    .set(failed)
    .where("id", "=", id)
    .execute()
    .catch(() => undefined);
}

/** @throws SLW_UPLOAD_UNKNOWN */
export async function getUpload(database: Queryable, workspaceId: string, id: string): Promise<Upload> {
  const row = await database
    .selectFrom("uploads")
    .selectAll()
    .select(isStale.as("isStale"))
    .where("workspace_id", "=", workspaceId)
    .where("id", "=", id)
    .executeTakeFirst();
  if (row === undefined) {
    throw new SlipwayError("SLW_UPLOAD_UNKNOWN", `There is no upload "${id}".`, { details: { upload: id } });
  }
  return {
    id: row.id,
    state: row.isStale ? "failed" : row.state,
    fileName: row.file_name,
    expectedSize: row.expected_size,
    received: row.received,
    sha256: row.sha256,
    error: row.isStale ? staleReason : row.error,
    createdBy: row.created_by,
    createdAt: row.created_at,
  };
}

/** Ends what belongs to servers that are gone, and forgets what is a day old. @returns how many were forgotten */
export async function expireUploads(database: Database): Promise<number> {
  await database
    .updateTable("uploads")
    .set({ state: "failed", error: staleReason, updated_at: sql`now()` })
    .where(isStale)
    .execute();
  const { numDeletedRows } = await database
    .deleteFrom("uploads")
    .where("state", "!=", "receiving")
    .where("updated_at", "<", sql<Date>`now() - interval '1 day'`)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}
