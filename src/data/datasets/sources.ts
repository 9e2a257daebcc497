/** From where a version is to come to bytes in the artifact store. */
import type { Readable } from "node:stream";
import { SlipwayError } from "../../base/index.ts";
import type { StoredArtifact } from "../../store/index.ts";
import { openDatastore, openUrl, withoutQuery } from "../datastores/index.ts";
import type { DatasetServices } from "./services.ts";
import type { VersionOptions, VersionSource } from "./types.ts";
import { getUpload } from "./uploads.ts";

/** What a client says. */
export type SourceRequest =
  /** Id of an upload that is stored. */
  | { readonly upload: string }
  | { readonly datastore: string; readonly path: string }
  /** Of a database. */
  | { readonly datastore: string; readonly query: string }
  | { readonly url: string };

export interface ObtainedFile {
  readonly file: StoredArtifact;
  readonly fileName: string;
  readonly source: VersionSource;
  /** How it is to be read, as far as the source knows. */
  readonly options: VersionOptions;
}

/** @throws SLW_UPLOAD_*, SLW_DATASTORE_*, SLW_OUTBOUND_*, SLW_ARTIFACT_* */
export async function obtainFile(
  services: DatasetServices,
  workspaceId: string,
  request: SourceRequest,
  signal?: AbortSignal,
): Promise<ObtainedFile> {
  if ("upload" in request) return uploadedFile(services, workspaceId, request.upload);
  if ("url" in request) {
    const { stream, fileName } = await openUrl(services.reach, request.url, signal);
    const file = await storeStream(services, stream, signal);
    return { file, fileName, source: { kind: "url", url: withoutQuery(new URL(request.url)) }, options: {} };
  }
  const datastore = await openDatastore(services, { workspaceId, datastore: request.datastore });
  try {
    if ("path" in request) {
      const { stream, fileName } = await datastore.openFile(request.path, signal);
      const file = await storeStream(services, stream, signal);
      return { file, fileName, source: { kind: "datastore", ...request }, options: {} };
    }
    const { stream, fileName, textColumns } = await datastore.openQuery(request.query, signal);
    const file = await storeStream(services, stream, signal);
    const types = Object.fromEntries(textColumns.map((name) => [name, "string" as const]));
    const options: VersionOptions = { delimiter: ",", header: true, ...(textColumns.length > 0 && { types }) };
    return { file, fileName, source: { kind: "query", ...request }, options };
  } finally {
    await datastore.close();
  }
}

async function uploadedFile({ database }: DatasetServices, workspaceId: string, id: string): Promise<ObtainedFile> {
  const { state, sha256, received, fileName } = await getUpload(database, workspaceId, id);
  if (sha256 === null) {
    const message = `The upload "${id}" is ${state === "failed" ? "failed" : "still being received"}.`;
    throw new SlipwayError("SLW_UPLOAD_STATE", message, { details: { upload: id, state } });
  }
  return { file: { sha256, size: received }, fileName, source: { kind: "upload", fileName }, options: {} };
}

async function storeStream(services: DatasetServices, stream: Readable, signal?: AbortSignal): Promise<StoredArtifact> {
  try {
    return await services.artifacts.put(stream, signal ? { signal } : {});
  } finally {
    stream.destroy();
  }
}
