/** Removing from the bucket what nobody needs. */
import type { ListMultipartUploadsCommandOutput, MultipartUpload } from "@aws-sdk/client-s3";
import type { ListedArtifact, SweepOptions, SweepReport } from "../types.ts";
import { isLeftOver } from "../upload-name.ts";
import { artifactsPrefix, deleteObject, listObjects, uploadsPrefix, type Bucket } from "./bucket.ts";
import { removeIfOld, removeStaleFlags } from "./publish.ts";

export async function sweepS3(
  bucket: Bucket,
  list: () => AsyncIterable<ListedArtifact>,
  options: SweepOptions,
): Promise<SweepReport> {
  await removeStaleFlags(bucket);
  const uploads = await removeHalfUploads(bucket, options.olderThan);
  let artifacts = 0;
  let bytes = 0;
  for await (const { sha256, size, storedAt } of list()) {
    if (storedAt >= options.olderThan || (await options.isReferenced(sha256))) continue;
    if (!(await removeIfOld(bucket, sha256, options.olderThan))) continue;
    artifacts++;
    bytes += size;
  }
  return { uploads, artifacts, bytes };
}

/** Those of dead processes of this machine, and all that are older. @returns how many */
export async function removeHalfUploads(bucket: Bucket, olderThan: Date): Promise<number> {
  return (await removeMultipartUploads(bucket, olderThan)) + (await removeUploads(bucket, olderThan));
}

async function removeUploads(bucket: Bucket, olderThan: Date): Promise<number> {
  let removed = 0;
  for await (const { key, storedAt } of listObjects(bucket, uploadsPrefix(bucket))) {
    if (!isLeftOver(key.slice(uploadsPrefix(bucket).length), storedAt, olderThan)) continue;
    await deleteObject(bucket, key);
    removed++;
  }
  return removed;
}

/** Their parts are invisible, but they cost. One whose key is an artifact's is a copy that was interrupted. */
async function removeMultipartUploads(bucket: Bucket, olderThan: Date): Promise<number> {
  let removed = 0;
  for await (const { Key = "", UploadId, Initiated = new Date(0) } of listMultipartUploads(bucket)) {
    const ofUpload = Key.startsWith(uploadsPrefix(bucket));
    const name = ofUpload ? Key.slice(uploadsPrefix(bucket).length) : "";
    const ours = ofUpload || Key.startsWith(artifactsPrefix(bucket));
    if (!ours || !isLeftOver(name, Initiated, olderThan)) continue;
    const input = { Bucket: bucket.name, Key, UploadId };
    await bucket.client.send(new bucket.sdk.AbortMultipartUploadCommand(input)).catch(ignoreEnded);
    removed++;
  }
  return removed;
}

async function* listMultipartUploads(bucket: Bucket): AsyncGenerator<MultipartUpload> {
  let from: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | null = {};
  while (from !== null) {
    const input = { Bucket: bucket.name, Prefix: bucket.prefix, ...from };
    const page: ListMultipartUploadsCommandOutput = await bucket.client.send(
      new bucket.sdk.ListMultipartUploadsCommand(input),
    );
    yield* page.Uploads ?? [];
    from = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker } : null;
  }
}

/** It ended by itself, or another sweep was faster. */
function ignoreEnded(error: Error): void {
  if (error.name !== "NoSuchUpload") throw error;
}
