/** A prefix of a bucket, and the SDK that talks to it. */
import type * as Sdk from "@aws-sdk/client-s3";
import { assertSha256 } from "../sha256.ts";

export interface Bucket {
  readonly sdk: typeof Sdk;
  readonly client: Sdk.S3Client;
  readonly name: string;
  /** "" or ends in a slash. */
  readonly prefix: string;
  /** For messages. */
  readonly location: string;
}

type Env = Readonly<NodeJS.ProcessEnv>;

export async function openBucket(name: string, prefix: string, env: Env): Promise<Bucket> {
  const sdk = await import("@aws-sdk/client-s3");
  const location = `s3://${name}/${prefix}`.replace(/\/$/, "");
  return { sdk, client: new sdk.S3Client(clientConfig(env)), name, prefix, location };
}

function clientConfig(env: Env): Sdk.S3ClientConfig {
  const endpoint = env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL;
  const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = env;
  return {
    ...(region ? { region } : endpoint ? { region: "us-east-1" } : {}),
    ...(accessKeyId && secretAccessKey
      ? { credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) } }
      : {}),
    ...(endpoint ? otherServer(endpoint, env) : {}),
    // Milliseconds. The second is silence on a connection; a server may take a minute to copy a large part.
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 120_000 },
  };
}

/**
 * Other servers than Amazon's: buckets in the path, as most have no name for each; and no checksums that they do not
 * require, since many refuse them. Our own sha256 is checked on every whole read.
 */
function otherServer(endpoint: string, env: Env): Sdk.S3ClientConfig {
  return {
    endpoint,
    forcePathStyle: true,
    ...(env.AWS_REQUEST_CHECKSUM_CALCULATION ? {} : { requestChecksumCalculation: "WHEN_REQUIRED" }),
    ...(env.AWS_RESPONSE_CHECKSUM_VALIDATION ? {} : { responseChecksumValidation: "WHEN_REQUIRED" }),
  };
}

/** @throws SLW_ARTIFACT_ID */
export function artifactKey(bucket: Bucket, sha256: string): string {
  assertSha256(sha256);
  return `${artifactsPrefix(bucket)}${sha256.slice(0, 2)}/${sha256}`;
}

export const artifactsPrefix = (bucket: Bucket): string => `${bucket.prefix}sha256/`;
export const uploadsPrefix = (bucket: Bucket): string => `${bucket.prefix}uploads/`;

/** Size in bytes and time of the last change; null where there is no such object. */
export async function headObject(bucket: Bucket, key: string): Promise<{ size: number; storedAt: Date } | null> {
  try {
    const head = await bucket.client.send(new bucket.sdk.HeadObjectCommand({ Bucket: bucket.name, Key: key }));
    return { size: head.ContentLength ?? 0, storedAt: head.LastModified ?? new Date(0) };
  } catch (cause) {
    if (isMissing(cause)) return null;
    throw cause;
  }
}

export async function deleteObject(bucket: Bucket, key: string): Promise<void> {
  await bucket.client.send(new bucket.sdk.DeleteObjectCommand({ Bucket: bucket.name, Key: key }));
}

/** A HEAD has no body, hence no code that would tell a missing bucket from a missing object. */
export function isMissing(cause: unknown): boolean {
  const { name } = cause as Error;
  return name === "NoSuchKey" || name === "NotFound";
}

export async function* listObjects(
  bucket: Bucket,
  prefix: string,
): AsyncGenerator<{ key: string; size: number; storedAt: Date }> {
  const pages = bucket.sdk.paginateListObjectsV2({ client: bucket.client }, { Bucket: bucket.name, Prefix: prefix });
  for await (const { Contents = [] } of pages)
    for (const { Key: key, Size: size = 0, LastModified: storedAt = new Date(0) } of Contents)
      if (key !== undefined) yield { key, size, storedAt };
}
