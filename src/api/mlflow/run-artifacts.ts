/** Artifacts of runs, by the run instead of a path of the proxy: what MLflow's user interface and REST clients ask for. */
import type { ArtifactEntry } from "../../tracking/index.ts";
import { getRun } from "../../tracking/index.ts";
import { joinPath, proxiedPath, safeFilePath, safePath } from "./artifact-path.ts";
import { listArtifacts, readArtifact, writeArtifact, type ArtifactCall } from "./artifact-store.ts";
import { done, endpoint, type Endpoint } from "./endpoint.ts";
import { invalidParameter } from "./errors.ts";
import { required, text, withDefault } from "./fields.ts";
import type { Message } from "./forms.ts";
import { refOf } from "./runs.ts";

export function runArtifactEndpoints(): Endpoint[] {
  return [
    endpoint(
      "GET",
      "/mlflow/artifacts/list",
      "reader",
      { run_id: required(text), path: withDefault(text, ""), page_token: text },
      async (call) => {
        const folder = safePath(call.input.path);
        const { artifactUri } = await getRun(call.database, refOf(call));
        return { root_uri: artifactUri, files: await listBelow(call, artifactUri, folder) };
      },
    ),
    endpoint(
      "GET",
      "/get-artifact",
      "reader",
      { run_id: required(text), path: required(text) },
      async (call) => {
        const path = safeFilePath(call.input.path);
        const { artifactUri } = await getRun(call.database, refOf(call));
        return { file: await readArtifact(call, joinPath(rootOf(artifactUri), path)) };
      },
      { atRoot: true },
    ),
    endpoint(
      "POST",
      "/mlflow/upload-artifact",
      "contributor",
      { run_uuid: withDefault(text, ""), path: withDefault(text, "") },
      async (call) => {
        const { run_uuid: runId, path } = call.input;
        if (runId === "") throw invalidParameter("Request must specify run_uuid.");
        if (path === "") throw invalidParameter("Request must specify path.");
        const safe = safeFilePath(path);
        const { artifactUri } = await getRun(call.database, { workspaceId: call.workspace.id, runId });
        if (call.uploadSize === null || call.uploadSize === 0) throw invalidParameter("Request must specify data.");
        if (call.uploadSize > mostUploadBytes) {
          throw invalidParameter("Artifact size is too large. Max size is 10MB.");
        }
        await writeArtifact(call, joinPath(rootOf(artifactUri), safe), call.upload, call.uploadSize);
        return done;
      },
      { upload: true },
    ),
  ];
}

/** MLflow's limit of this endpoint; the proxy has none. */
const mostUploadBytes = 10 * 1024 * 1024;

/** Entries of a folder below a location, their paths from there. */
export async function listBelow(call: ArtifactCall, location: string, folder: string): Promise<Message[]> {
  const root = rootOf(location);
  const entries = await listArtifacts(call, joinPath(root, folder));
  return entries.map((entry) => toFile(entry, entry.path.slice(root === "" ? 0 : root.length + 1)));
}

/** @throws SLW_MLFLOW_INPUT where the artifacts are not with this server */
export function rootOf(location: string): string {
  const root = proxiedPath(location);
  if (root !== null) return root;
  throw invalidParameter(
    `The artifacts are at '${location}', which this server does not read. Use a client that reaches that location.`,
  );
}

export function toFile({ isFolder, size }: ArtifactEntry, path: string): Message {
  return { path, is_dir: isFolder, file_size: isFolder ? undefined : (size ?? undefined) };
}
