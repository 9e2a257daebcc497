/**
 * From a stream to an object under its hash, in bounded memory and without a disk.
 *
 * The key is known only after the last byte. What fits into one part waits in memory and is put under its key at once.
 * More goes in parts to `uploads/NAME` while it is hashed, and is then copied inside the server. The other way, through
 * a file on a local disk, needs room for the whole artifact beside the server and sends nothing until all has come.
 * The artifact is written also where it is there already: that makes it young, so that a sweep leaves it; If-None-Match
 * would leave it old.
 */
import { Readable } from "node:stream";
import { createReceiver, type Receiver } from "../receive.ts";
import type { PutOptions, StoredArtifact } from "../types.ts";
import { withUploadName } from "../upload-name.ts";
import { artifactKey, deleteObject, uploadsPrefix, type Bucket } from "./bucket.ts";
import { copyObject } from "./copy-object.ts";
import { publish } from "./publish.ts";
import { s3Failure } from "./s3-failure.ts";

/** Bytes. With the 10,000 parts that S3 allows, uploads of unknown length end at 78 GiB. */
const smallestPart = 8 * 2 ** 20;
const mostParts = 10_000;
/** Parts on their way at a time; each is in memory so that it can be sent again. */
const partsAtATime = 3;

export async function putOnS3(
  bucket: Bucket,
  source: Readable | Uint8Array,
  options: PutOptions,
): Promise<StoredArtifact> {
  const receiver = createReceiver(source, options);
  try {
    const { chunks, ended } = await readFirstPart(receiver.bytes);
    return ended ? await putWhole(bucket, receiver, chunks) : await putInParts(bucket, receiver, chunks);
  } catch (cause) {
    throw s3Failure(bucket, cause, receiver.needed());
  }
}

interface FirstPart {
  /** Handed on to whoever sends them, who empties the list. */
  readonly chunks: Uint8Array[];
  readonly ended: boolean;
}

async function readFirstPart(bytes: Receiver["bytes"]): Promise<FirstPart> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length <= smallestPart) {
    const next = await bytes.next();
    if (next.done) return { chunks, ended: true };
    chunks.push(next.value);
    length += next.value.length;
  }
  return { chunks, ended: false };
}

async function putWhole(bucket: Bucket, receiver: Receiver, chunks: readonly Uint8Array[]): Promise<StoredArtifact> {
  const stored = receiver.finish();
  const Body = Buffer.concat(chunks);
  const input = { Bucket: bucket.name, Key: artifactKey(bucket, stored.sha256), Body, ContentLength: stored.size };
  await publish(bucket, stored.sha256, () => bucket.client.send(new bucket.sdk.PutObjectCommand(input)));
  return stored;
}

function putInParts(bucket: Bucket, receiver: Receiver, chunks: Uint8Array[]): Promise<StoredArtifact> {
  return withUploadName(async (name) => {
    const key = uploadsPrefix(bucket) + name;
    await sendParts(bucket, key, receiver, chunks);
    try {
      const stored = receiver.finish();
      const target = artifactKey(bucket, stored.sha256);
      await publish(bucket, stored.sha256, () => copyObject(bucket, key, target, stored.size));
      return stored;
    } finally {
      // A sweep finds it where this fails.
      await deleteObject(bucket, key).catch(() => {});
    }
  });
}

async function sendParts(bucket: Bucket, key: string, receiver: Receiver, chunks: Uint8Array[]): Promise<void> {
  const { Upload } = await import("@aws-sdk/lib-storage");
  const upload = new Upload({
    client: bucket.client,
    params: { Bucket: bucket.name, Key: key, Body: Readable.from(joined(chunks, receiver.bytes)) },
    partSize: Math.max(smallestPart, Math.ceil(receiver.needed() / mostParts)),
    queueSize: partsAtATime,
  });
  // Ends the multipart upload itself when the source or a part fails; an abort reaches it through the source.
  await upload.done();
}

async function* joined(chunks: Uint8Array[], rest: Receiver["bytes"]): AsyncGenerator<Uint8Array> {
  for (let first = chunks.shift(); first !== undefined; first = chunks.shift()) yield first;
  yield* rest;
}
