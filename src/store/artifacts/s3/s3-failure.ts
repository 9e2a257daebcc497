/** What an S3 server or the way to it says, in our errors. */
import { SlipwayError } from "../../../base/index.ts";
import { noSpace, unavailable } from "../failures.ts";
import type { Bucket } from "./bucket.ts";

const credentials =
  "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and that they may list, read, write and delete there.";
const endpoint = "Check AWS_ENDPOINT_URL and that the server runs and can be reached from here.";

/** @param need bytes that a `put` needs room for */
export function s3Failure(bucket: Bucket, cause: unknown, need = 0): SlipwayError {
  if (cause instanceof SlipwayError) return cause;
  const error = cause as Error & { code?: string; $metadata?: { httpStatusCode?: number } };
  const status = error.$metadata?.httpStatusCode;
  if (status === 507 || error.name === "XMinioStorageFull" || error.name === "QuotaExceeded")
    return noSpace(bucket.location, need, null, cause);
  if (error.name === "NoSuchBucket")
    return new SlipwayError("SLW_ARTIFACT_LOCATION", `There is no bucket ${bucket.name}.`, {
      fix: `Create the bucket, or name another one: SLIPWAY_ARTIFACTS=s3://bucket/prefix`,
      details: { location: bucket.location },
      cause,
    });
  const reason = error.message || error.code || error.name;
  if (status === 401 || status === 403 || error.name === "CredentialsProviderError")
    return unavailable(bucket.location, `access denied (${reason})`, cause, credentials);
  if (status === undefined)
    return unavailable(bucket.location, `the server cannot be reached (${reason})`, cause, endpoint);
  return unavailable(bucket.location, `the server answers ${status} (${error.name}: ${reason})`, cause);
}
