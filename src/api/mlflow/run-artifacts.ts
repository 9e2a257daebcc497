/** Artifacts of runs, by the run instead of a path of the proxy: what MLflow's user interface and REST clients ask for. */
import { getRun } from "../../tracking/index.ts";
import { joinPath, safeFilePath, safePath } from "./artifact-path.ts";
import { listArtifacts, readArtifact, writeArtifact, type Entry } from "./artifact-store.ts";
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
        const { id: runId, artifactUri } = await getRun(call.database, refOf(call));
        const entries = await listArtifacts(call, { runId, path: folder });
        return { root_uri: artifactUri, files: entries.map((entry) => toFile(entry, folder)) };
      },
    ),
    endpoint(
      "GET",
      "/get-artifact",
      "reader",
      { run_id: required(text), path: required(text) },
      async (call) => {
        const path = safeFilePath(call.input.path);
        return { file: await readArtifact(call, { runId: call.input.run_id, path }) };
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
        const place = { runId, path: safeFilePath(path) };
        await getRun(call.database, { workspaceId: call.workspace.id, runId });
        const { uploadSize } = call;
        if (uploadSize === null || uploadSize === 0) throw invalidParameter("Request must specify data.");
        if (uploadSize > mostUploadBytes) throw invalidParameter("Artifact size is too large. Max size is 10MB.");
        await writeArtifact(call, place, call.upload, uploadSize);
        return done;
      },
      { upload: true },
    ),
  ];
}

/** MLflow's limit of this endpoint; the proxy has none. */
const mostUploadBytes = 10 * 1024 * 1024;

export function toFile({ name, isFolder, size }: Entry, folder: string): Message {
  return { path: joinPath(folder, name), is_dir: isFolder, file_size: size ?? undefined };
}
