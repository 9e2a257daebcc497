/** Where artifacts are kept, from one text: a folder, or s3://bucket/prefix. */
import { resolve } from "node:path";
import { SlipwayError } from "../../base/index.ts";
import { openDiskStore } from "./disk/disk-store.ts";
import type { ArtifactStore } from "./types.ts";

export type ArtifactLocation =
  | { readonly kind: "disk"; readonly folder: string }
  | { readonly kind: "s3"; readonly bucket: string; readonly prefix: string };

/**
 * @param location a folder (made where it is missing), or s3://bucket/prefix
 * @param env for S3, the variables that all tools of AWS read: AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY,
 *   AWS_SESSION_TOKEN, and AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL for any other S3-compatible server. Without keys
 *   there, the SDK looks in its profile files and asks the machine's role.
 * @throws SLW_ARTIFACT_LOCATION, SLW_ARTIFACT_UNAVAILABLE. Whether the server answers is what `check` finds out.
 */
export async function openArtifactStore(
  location: string,
  env: Readonly<NodeJS.ProcessEnv> = process.env,
): Promise<ArtifactStore> {
  const parsed = parseLocation(location);
  if (parsed.kind === "disk") return openDiskStore(parsed.folder);
  // Imported when used: the SDK takes 300 ms to load.
  const { openS3Store } = await import("./s3/s3-store.ts");
  return openS3Store(parsed, env);
}

/** @throws SLW_ARTIFACT_LOCATION */
export function parseLocation(location: string): ArtifactLocation {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(location)?.[1];
  if (scheme === undefined) {
    if (location === "" || location.includes("\0")) throw wrongLocation(location, "is no path");
    return { kind: "disk", folder: resolve(location) };
  }
  if (scheme !== "s3") throw wrongLocation(location, `begins with ${scheme}:`);
  // Bucket names as in "Bucket naming rules", key prefixes of "safe characters" (Amazon S3 User Guide).
  const match = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/[A-Za-z0-9!_.*'()-]+)*)\/?$/.exec(location);
  const [, bucket, prefix] = match ?? [];
  if (bucket === undefined || prefix === undefined)
    throw wrongLocation(location, "is not of the form s3://bucket/prefix");
  if (prefix.split("/").some((part) => part === "." || part === ".."))
    throw wrongLocation(location, "has the name . or .. in its prefix");
  return { kind: "s3", bucket, prefix: prefix === "" ? "" : `${prefix.slice(1)}/` };
}

function wrongLocation(location: string, fault: string): SlipwayError {
  return new SlipwayError(
    "SLW_ARTIFACT_LOCATION",
    `Artifacts cannot be kept at ${JSON.stringify(location)}: it ${fault}.`,
    {
      details: { location, expected: "a folder, or s3://bucket/prefix" },
    },
  );
}
