/**
 * An artifact appears, or a sweep takes it away: the two may meet over the same bytes, and S3 has no delete on condition
 * of an age. So each raises a flag and then looks for the other's (Dekker's algorithm; S3 is strongly consistent):
 * a sweep writes `sweeping/SHA256`, looks at the age and deletes only what is old; an upload writes the artifact, which
 * makes it young, looks for the flag, and where there is one waits and makes sure that the artifact is still there.
 */
import { setTimeout as wait } from "node:timers/promises";
import { isSha256 } from "../sha256.ts";
import { artifactKey, deleteObject, headObject, listObjects, type Bucket } from "./bucket.ts";

/** Milliseconds that a sweep has from its flag to its delete. */
const sweepLimit = 10_000;
/** Milliseconds after which a flag is taken for one of a dead process. */
const flagLimit = 30_000;
const pollInterval = 200;

const flagsPrefix = (bucket: Bucket): string => `${bucket.prefix}sweeping/`;

/** @param write puts or copies the whole artifact to its key; called again where a sweep was in between */
export async function publish(bucket: Bucket, sha256: string, write: () => Promise<unknown>): Promise<void> {
  const flag = flagsPrefix(bucket) + sha256;
  await write();
  if ((await headObject(bucket, flag)) === null) return;
  const end = performance.now() + flagLimit;
  while (performance.now() < end && (await headObject(bucket, flag)) !== null) await wait(pollInterval);
  if ((await headObject(bucket, artifactKey(bucket, sha256))) === null) await write();
}

/** @returns whether it was old and is gone */
export async function removeIfOld(bucket: Bucket, sha256: string, olderThan: Date): Promise<boolean> {
  const flag = flagsPrefix(bucket) + sha256;
  const begin = performance.now();
  await bucket.client.send(new bucket.sdk.PutObjectCommand({ Bucket: bucket.name, Key: flag, Body: "-" }));
  try {
    const found = await headObject(bucket, artifactKey(bucket, sha256));
    const old = found !== null && found.storedAt < olderThan && performance.now() - begin < sweepLimit;
    if (old) await deleteObject(bucket, artifactKey(bucket, sha256));
    return old;
  } finally {
    await deleteObject(bucket, flag);
  }
}

/** Flags of sweeps whose process died. */
export async function removeStaleFlags(bucket: Bucket): Promise<void> {
  for await (const { key, storedAt } of listObjects(bucket, flagsPrefix(bucket)))
    if (isSha256(key.slice(-64)) && Date.now() - storedAt.getTime() > 2 * flagLimit) await deleteObject(bucket, key);
}
