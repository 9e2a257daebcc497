/**
 * Artifacts in an S3 bucket:
 *   PREFIX/sha256/ab/ab12…    the artifacts, whole or absent
 *   PREFIX/uploads/NAME       uploads under way (upload-name.ts)
 *   PREFIX/sweeping/ab12…     a sweep looks at this artifact (publish.ts)
 */
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { checkRead, resolveRange, type ResolvedRange } from "../check-read.ts";
import { notFound } from "../failures.ts";
import { assertSha256, isSha256 } from "../sha256.ts";
import type { ArtifactCheck, ArtifactStore, ByteRange, ListedArtifact } from "../types.ts";
import {
  artifactKey,
  artifactsPrefix,
  deleteObject,
  headObject,
  isMissing,
  listObjects,
  openBucket,
} from "./bucket.ts";
import type { Bucket } from "./bucket.ts";
import { s3Failure } from "./s3-failure.ts";
import { putOnS3 } from "./s3-put.ts";
import { removeHalfUploads, sweepS3 } from "./s3-sweep.ts";

export async function openS3Store(
  location: { readonly bucket: string; readonly prefix: string },
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<ArtifactStore> {
  const bucket = await openBucket(location.bucket, location.prefix, env);
  const failing = (cause: unknown): never => {
    throw s3Failure(bucket, cause);
  };
  const store: ArtifactStore = {
    location: bucket.location,
    put: (source, options = {}) => putOnS3(bucket, source, options),
    read: (sha256, range = {}) => readFromS3(bucket, sha256, range).catch(failing),
    size: (sha256) => sizeOnS3(bucket, sha256).catch(failing),
    delete: (sha256) => deleteFromS3(bucket, sha256).catch(failing),
    list: () => listS3(bucket),
    sweep: (options) => sweepS3(bucket, () => listS3(bucket), options).catch(failing),
    removeHalfUploads: () => removeHalfUploads(bucket, new Date(0)).catch(failing),
    localFile: async (sha256) => {
      assertSha256(sha256);
      return null;
    },
    check: () => checkS3(store),
  };
  return store;
}

async function readFromS3(bucket: Bucket, sha256: string, range: ByteRange): Promise<Readable> {
  const { client, sdk, name: Bucket } = bucket;
  const input = { Bucket, Key: artifactKey(bucket, sha256) };
  const describe = (cause: Error) => s3Failure(bucket, cause);
  try {
    if (range.start === undefined && range.end === undefined) {
      const { Body, ContentLength = 0 } = await client.send(new sdk.GetObjectCommand(input));
      return checkRead(Body as Readable, sha256, resolveRange(sha256, ContentLength, {}), describe);
    }
    const found = await headObject(bucket, input.Key);
    if (found === null) throw notFound(sha256);
    const resolved = resolveRange(sha256, found.size, range);
    return checkRead(await readRange(bucket, input, resolved), sha256, resolved, describe);
  } catch (cause) {
    throw isMissing(cause) ? notFound(sha256) : cause;
  }
}

/** S3 cannot name an empty range. */
async function readRange(
  bucket: Bucket,
  input: { Bucket: string; Key: string },
  { start, end }: ResolvedRange,
): Promise<Readable> {
  if (start === end) return Readable.from([]);
  const command = new bucket.sdk.GetObjectCommand({ ...input, Range: `bytes=${start}-${end - 1}` });
  const { Body } = await bucket.client.send(command);
  return Body as Readable;
}

async function sizeOnS3(bucket: Bucket, sha256: string): Promise<number | null> {
  const found = await headObject(bucket, artifactKey(bucket, sha256));
  return found?.size ?? null;
}

async function deleteFromS3(bucket: Bucket, sha256: string): Promise<void> {
  await deleteObject(bucket, artifactKey(bucket, sha256));
}

async function* listS3(bucket: Bucket): AsyncGenerator<ListedArtifact> {
  const prefix = artifactsPrefix(bucket);
  try {
    for await (const { key, size, storedAt } of listObjects(bucket, prefix)) {
      const sha256 = key.slice(prefix.length + 3);
      if (isSha256(sha256) && key === artifactKey(bucket, sha256)) yield { sha256, size, storedAt };
    }
  } catch (cause) {
    throw s3Failure(bucket, cause);
  }
}

async function checkS3(store: ArtifactStore): Promise<ArtifactCheck> {
  // Random, so that it is nobody's artifact.
  const { sha256 } = await store.put(randomBytes(64));
  try {
    await buffer(await store.read(sha256));
  } finally {
    await store.delete(sha256);
  }
  return { location: store.location, free: null };
}
