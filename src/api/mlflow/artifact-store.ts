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
  type RunArtifact,
} from "../../tracking/index.ts";
import { invalidParameter } from "./errors.ts";
import { proxiedPath } from "./artifact-path.ts";
import type { MlflowCall } from "./endpoint.ts";
import type { Fields } from "./fields.ts";
import { mediaType } from "./media-type.ts";

/** What the functions here need of a call. */
export interface ArtifactCall extends Pick<MlflowCall<Fields>, "artifacts" | "workspace" | "signal"> {
  readonly database: Queryable;
}

/** A file or folder: of a run, or among the files that clients put where they like. */
export interface Place {
  readonly runId: string | null;
  /** From the root of the run's artifacts, or of the proxy's; "" for the root itself. */
  readonly path: string;
}

/** @param path below the root of the proxy: safePath or safeFilePath */
export async function findPlace({ database, workspace }: ArtifactCall, path: string): Promise<Place> {
  const elsewhere = { runId: null, path };
  const match = /^(?:.*?\/)?([0-9a-f]{32})\/artifacts(?:\/(.*))?$/.exec(path);
  if (match === null) return elsewhere;
  const [, runId = "", below = ""] = match;
  const root = below === "" ? path : path.slice(0, -(below.length + 1));
  const run = await getRun(database, { workspaceId: workspace.id, runId }).catch((error: unknown) => {
    if (error instanceof SlipwayError && error.code === "SLW_TRACKING_RUN") return null;
    throw error;
  });
  return run !== null && proxiedPath(run.artifactUri) === root ? { runId, path: below } : elsewhere;
}

/** What stands in a folder. */
export interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
  /** Bytes; null for a folder. */
  readonly size: number | null;
}

/** By name. */
export async function listArtifacts(
  { database, workspace }: ArtifactCall,
  { runId, path: folder }: Place,
): Promise<Entry[]> {
  const ref = { workspaceId: workspace.id, folder };
  const entries =
    runId === null ? await listProxiedFiles(database, ref) : await listRunArtifacts(database, { ...ref, runId });
  return entries.map(({ path, isFolder, size }) => ({ name: nameOf(path), isFolder, size }));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** All files below a folder, their paths from there. */
export async function findArtifacts(
  { database, workspace }: ArtifactCall,
  { runId, path: folder }: Place,
): Promise<RunArtifact[]> {
  const ref = { workspaceId: workspace.id, folder };
  const files =
    runId === null ? await findProxiedFiles(database, ref) : await findRunArtifacts(database, { ...ref, runId });
  return files.map((file) => ({ ...file, path: file.path.slice(folder === "" ? 0 : folder.length + 1) }));
}

/** @throws SLW_TRACKING_ARTIFACT; SLW_MLFLOW_INPUT for a folder */
export async function readArtifact(call: ArtifactCall, place: Place): Promise<Download> {
  return openFile(call, await findFile(call, place), nameOf(place.path));
}

/** Bytes of the artifact store under a name. */
export async function openFile(
  { artifacts }: ArtifactCall,
  { sha256, size }: { readonly sha256: string; readonly size: number },
  fileName: string,
): Promise<Download> {
  return { stream: await artifacts.read(sha256), length: size, fileName, contentType: mediaType(fileName) };
}

async function findFile(call: ArtifactCall, { runId, path }: Place): Promise<RunArtifact> {
  const ref = { workspaceId: call.workspace.id, path };
  try {
    return await (runId === null
      ? getProxiedFile(call.database, ref)
      : getRunArtifact(call.database, { ...ref, runId }));
  } catch (error) {
    const below = await listArtifacts(call, { runId, path });
    if (below.length === 0) throw error;
    throw invalidParameter(`Artifact path refers to a directory, not a file: '${path}'`);
  }
}

/** Replaces what is there. The bytes are stored before the row that refers to them. */
export async function writeArtifact(
  call: ArtifactCall,
  place: Place,
  upload: Readable,
  size: number | null,
): Promise<void> {
  const stored = await call.artifacts.put(upload, { signal: call.signal, ...(size !== null && { size }) });
  await referTo(call, place, stored);
}

/** A row for bytes that have just been put into the artifact store. */
export async function referTo(
  { database, workspace }: ArtifactCall,
  { runId, path }: Place,
  { sha256, size }: { readonly sha256: string; readonly size: number },
): Promise<void> {
  const file = { workspaceId: workspace.id, path, sha256, size };
  if (runId === null) await putProxiedFile(database, file);
  else await putRunArtifact(database, { ...file, runId });
}

/** A file, or a folder with all below it. @throws SLW_TRACKING_ARTIFACT */
export async function deleteArtifacts({ database, workspace }: ArtifactCall, { runId, path }: Place): Promise<void> {
  const ref = { workspaceId: workspace.id, path };
  if (runId === null) await deleteProxiedFiles(database, ref);
  else await deleteRunArtifact(database, { ...ref, runId });
}
