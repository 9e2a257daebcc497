/** Artifacts by their path below the root of the proxy: a run's own rows, or the proxied files. */
import type { Readable } from "node:stream";
import { SlipwayError } from "../../base/index.ts";
import type { Queryable } from "../../store/index.ts";
import type { Download } from "../route.ts";
import {
  deleteProxiedFiles,
  deleteRunArtifact,
  findProxiedFiles,
  findRunArtifacts,
  getProxiedFile,
  getRun,
  getRunArtifact,
  listProxiedFiles,
  listRunArtifacts,
  putProxiedFile,
  putRunArtifact,
  type ArtifactEntry,
  type RunArtifact,
} from "../../tracking/index.ts";
import { invalidParameter } from "./errors.ts";
import { joinPath, proxiedPath } from "./artifact-path.ts";
import type { MlflowCall } from "./endpoint.ts";
import type { Fields } from "./fields.ts";
import { mediaType } from "./media-type.ts";

/** What the functions here need of a call. */
export interface ArtifactCall extends Pick<MlflowCall<Fields>, "artifacts" | "workspace" | "signal"> {
  readonly database: Queryable;
}

/** Where a path leads: into a run, or to the files that clients put where they like. */
type Place =
  | { readonly runId: string; readonly path: string }
  | { readonly runId: null; readonly path: string };

/** @param path safePath or safeFilePath */
async function findPlace({ database, workspace }: ArtifactCall, path: string): Promise<Place> {
  const match = /^(?:(.*?)\/)?([0-9a-f]{32})\/artifacts(?:\/(.*))?$/.exec(path);
  if (match === null) return { runId: null, path };
  const [, , runId = "", below = ""] = match;
  const root = path.slice(0, path.length - (below === "" ? 0 : below.length + 1));
  const run = await getRun(database, { workspaceId: workspace.id, runId }).catch((error: unknown) => {
    if (error instanceof SlipwayError && error.code === "SLW_TRACKING_RUN") return null;
    throw error;
  });
  const owned = run !== null && proxiedPath(run.artifactUri) === root;
  return owned ? { runId, path: below } : { runId: null, path };
}

/** What stands in a folder, by name; paths are from the root of the proxy. */
export async function listArtifacts(call: ArtifactCall, folder: string): Promise<ArtifactEntry[]> {
  const { database, workspace } = call;
  const place = await findPlace(call, folder);
  if (place.runId === null) return listProxiedFiles(database, { workspaceId: workspace.id, folder });
  const root = folder.slice(0, folder.length - place.path.length).replace(/\/$/, "");
  const ref = { workspaceId: workspace.id, runId: place.runId, folder: place.path };
  const entries = await listRunArtifacts(database, ref);
  return entries.map((entry) => ({ ...entry, path: joinPath(root, entry.path) }));
}

/** All files below a folder, their paths from there. */
export async function findArtifacts(call: ArtifactCall, folder: string): Promise<RunArtifact[]> {
  const { database, workspace } = call;
  const place = await findPlace(call, folder);
  const below = { workspaceId: workspace.id, folder: place.path };
  const files =
    place.runId === null
      ? await findProxiedFiles(database, below)
      : await findRunArtifacts(database, { ...below, runId: place.runId });
  const skip = place.path === "" ? 0 : place.path.length + 1;
  return files.map((file) => ({ ...file, path: file.path.slice(skip) }));
}

/** @throws SLW_TRACKING_ARTIFACT; SLW_MLFLOW_INPUT for a folder */
export async function readArtifact(call: ArtifactCall, path: string): Promise<Download> {
  const { sha256, size } = await findArtifact(call, path);
  const fileName = path.slice(path.lastIndexOf("/") + 1);
  const stream = await call.artifacts.read(sha256);
  return { stream, length: size, fileName, contentType: mediaType(fileName) };
}

async function findArtifact(call: ArtifactCall, path: string): Promise<RunArtifact> {
  const { database, workspace } = call;
  const place = await findPlace(call, path);
  const ref = { workspaceId: workspace.id, path: place.path };
  try {
    return place.runId === null
      ? await getProxiedFile(database, ref)
      : await getRunArtifact(database, { ...ref, runId: place.runId });
  } catch (error) {
    const folder = await listArtifacts(call, path);
    if (folder.length === 0) throw error;
    throw invalidParameter(`Artifact path refers to a directory, not a file: '${path}'`);
  }
}

/** Replaces what is there. The bytes are stored before the row that refers to them. */
export async function writeArtifact(
  call: ArtifactCall,
  path: string,
  upload: Readable | Uint8Array,
  size: number | null,
): Promise<void> {
  const stored = await call.artifacts.put(upload, { signal: call.signal, ...(size !== null && { size }) });
  await referTo(call, path, stored);
}

/** A row for bytes that have just been put into the artifact store. */
export async function referTo(
  call: ArtifactCall,
  path: string,
  stored: { readonly sha256: string; readonly size: number },
): Promise<void> {
  const { database, workspace } = call;
  const place = await findPlace(call, path);
  const file = { workspaceId: workspace.id, path: place.path, ...stored };
  if (place.runId === null) await putProxiedFile(database, file);
  else await putRunArtifact(database, { ...file, runId: place.runId });
}

/** A file, or a folder with all below it. @throws SLW_TRACKING_ARTIFACT */
export async function deleteArtifacts(call: ArtifactCall, path: string): Promise<void> {
  const { database, workspace } = call;
  const place = await findPlace(call, path);
  const ref = { workspaceId: workspace.id, path: place.path };
  if (place.runId === null) await deleteProxiedFiles(database, ref);
  else await deleteRunArtifact(database, { ...ref, runId: place.runId });
}
