/** Files that come in parts: each part is an artifact of its own, and at the end they are put together. */
import { Readable } from "node:stream";
import { newId, SlipwayError } from "../../base/index.ts";
import type { ArtifactStore, Queryable, StoredArtifact } from "../../store/index.ts";

/** S3's limit, which MLflow's clients keep to. */
export const mostUploadParts = 10_000;

export interface UploadRef {
  readonly workspaceId: string;
  readonly uploadId: string;
}

export interface ProxiedUpload {
  readonly id: string;
  readonly path: string;
  /** How many are announced. */
  readonly parts: number;
}

/** @param parts 1 to mostUploadParts */
export async function createProxiedUpload(
  database: Queryable,
  { workspaceId, path, parts }: { readonly workspaceId: string; readonly path: string; readonly parts: number },
): Promise<ProxiedUpload> {
  const id = newId();
  await database.insertInto("proxied_uploads").values({ id, workspace_id: workspaceId, path, parts }).execute();
  return { id, path, parts };
}

/** @throws SLW_TRACKING_UPLOAD */
export async function getProxiedUpload(
  database: Queryable,
  { workspaceId, uploadId }: UploadRef,
): Promise<ProxiedUpload> {
  const row = await database
    .selectFrom("proxied_uploads")
    .select(["id", "path", "parts"])
    .where("workspace_id", "=", workspaceId)
    .where("id", "=", uploadId)
    .executeTakeFirst();
  if (row === undefined) throw noSuchUpload(uploadId, "There is no such upload");
  return row;
}

/** Replaces a part of this number. @throws SLW_TRACKING_UPLOAD */
export async function putUploadPart(
  database: Queryable,
  ref: UploadRef & { readonly number: number; readonly sha256: string; readonly size: number },
): Promise<void> {
  const upload = await getProxiedUpload(database, ref);
  const { uploadId, number, sha256, size } = ref;
  if (number < 1 || number > upload.parts) {
    throw noSuchUpload(uploadId, `Part ${number} is not one of the ${upload.parts} that were announced for the upload`);
  }
  await database
    .insertInto("proxied_upload_parts")
    .values({ upload_id: uploadId, number, sha256, size })
    .onConflict((conflict) => conflict.columns(["upload_id", "number"]).doUpdateSet({ sha256, size }))
    .execute();
}

/**
 * The parts put together in the artifact store; the upload stays until removeProxiedUpload.
 * @param announced number and sha256 of each, as the client has them, in order
 * @throws SLW_TRACKING_UPLOAD where a part is missing or another one
 */
export async function joinUploadParts(
  database: Queryable,
  artifacts: ArtifactStore,
  {
    announced,
    signal,
    ...ref
  }: UploadRef & {
    readonly announced: readonly { readonly number: number; readonly sha256: string }[];
    readonly signal: AbortSignal;
  },
): Promise<StoredArtifact> {
  const upload = await getProxiedUpload(database, ref);
  const rows = await database
    .selectFrom("proxied_upload_parts")
    .select(["number", "sha256", "size"])
    .where("upload_id", "=", upload.id)
    .orderBy("number")
    .execute();
  const complete = announced.length === upload.parts && rows.length === upload.parts;
  if (
    !complete ||
    announced.some(({ number, sha256 }, i) => rows[i]?.number !== number || rows[i]?.sha256 !== sha256)
  ) {
    throw noSuchUpload(
      upload.id,
      `${rows.length} of ${upload.parts} parts are there, and not those that are named, for the upload`,
    );
  }
  const size = rows.reduce((sum, row) => sum + row.size, 0);
  return artifacts.put(Readable.from(readAll(artifacts, rows)), { size, signal });
}

async function* readAll(
  artifacts: ArtifactStore,
  parts: readonly { readonly sha256: string }[],
): AsyncGenerator<Buffer> {
  for (const { sha256 } of parts) yield* (await artifacts.read(sha256)) as AsyncIterable<Buffer>;
}

/** The upload and its parts; nothing happens where it is not there. */
export async function removeProxiedUpload(database: Queryable, { workspaceId, uploadId }: UploadRef): Promise<void> {
  await database
    .deleteFrom("proxied_uploads")
    .where("workspace_id", "=", workspaceId)
    .where("id", "=", uploadId)
    .execute();
}

function noSuchUpload(uploadId: string, message: string): SlipwayError {
  return new SlipwayError("SLW_TRACKING_UPLOAD", `${message} "${uploadId}".`, { details: { upload: uploadId } });
}
