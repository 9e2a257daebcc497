/** MLflow's artifact proxy: clients put and get files through the server, at paths that their artifact URIs name. */
import { SlipwayError } from "../../base/index.ts";
import { transaction } from "../../store/index.ts";
import {
  createProxiedUpload,
  getProxiedUpload,
  joinUploadParts,
  mostUploadParts,
  putUploadPart,
  removeProxiedUpload,
  type UploadRef,
} from "../../tracking/index.ts";
import { joinPath, safeFilePath, safePath } from "./artifact-path.ts";
import { deleteArtifacts, findPlace, listArtifacts, readArtifact, referTo, writeArtifact } from "./artifact-store.ts";
import { done, endpoint, type Endpoint, type MlflowCall } from "./endpoint.ts";
import { invalidParameter } from "./errors.ts";
import { checked, integer, message, repeated, required, text, withDefault } from "./fields.ts";
import { toFile } from "./run-artifacts.ts";

export function artifactProxyEndpoints(): Endpoint[] {
  return [
    endpoint("GET", "/mlflow-artifacts/artifacts", "reader", { path: withDefault(text, "") }, async (call) => {
      const entries = await listArtifacts(call, await findPlace(call, safePath(call.input.path)));
      // By their names alone, unlike MLflow's other lists.
      return { files: entries.map((entry) => toFile(entry, "")) };
    }),
    endpoint("GET", "/mlflow-artifacts/artifacts/*", "reader", {}, async (call) => ({
      file: await readArtifact(call, await findPlace(call, safeFilePath(call.rest))),
    })),
    endpoint(
      "PUT",
      "/mlflow-artifacts/artifacts/*",
      "contributor",
      {},
      async (call) => {
        const place = await findPlace(call, safeFilePath(call.rest));
        await writeArtifact(call, place, call.upload, call.uploadSize);
        return done;
      },
      { upload: true },
    ),
    endpoint("DELETE", "/mlflow-artifacts/artifacts/*", "contributor", {}, async (call) => {
      const path = safePath(call.rest);
      if (path === "") throw invalidParameter("Invalid path");
      await deleteArtifacts(call, await findPlace(call, path));
      return done;
    }),
    ...multipartEndpoints(),
  ];
}

/** Uploads in parts: created, then a PUT for each part, then completed or aborted. */
function multipartEndpoints(): Endpoint[] {
  return [
    endpoint("POST", "/mlflow-artifacts/mpu/create/*", "contributor", createFields, createUpload),
    endpoint(
      "PUT",
      "/mlflow-artifacts/mpu/parts/{upload_id}/{part}",
      "contributor",
      { upload_id: required(text), part: required(integer) },
      async (call) => {
        const { upload_id: uploadId, part: number } = call.input;
        const ref = { workspaceId: call.workspace.id, uploadId };
        await getProxiedUpload(call.database, ref);
        const size = call.uploadSize === null ? {} : { size: call.uploadSize };
        const stored = await call.artifacts.put(call.upload, { signal: call.signal, ...size });
        await putUploadPart(call.database, { ...ref, number, ...stored });
        // What the client sends back to complete the upload.
        return { message: {}, headers: { etag: `"${stored.sha256}"` } };
      },
      { upload: true },
    ),
    endpoint("POST", "/mlflow-artifacts/mpu/complete/*", "contributor", completeFields, completeUpload),
    endpoint("POST", "/mlflow-artifacts/mpu/abort/*", "contributor", uploadFields, async (call) => {
      await removeProxiedUpload(call.database, await findUpload(call));
      return done;
    }),
  ];
}

const createFields = {
  /** Of the file on the client's machine; only its name counts. */
  path: required(text),
  num_parts: checked(withDefault(integer, 1), (count) =>
    count >= 1 && count <= mostUploadParts ? null : `num_parts must be between 1 and ${mostUploadParts}.`,
  ),
};

/** Where the file goes: the folder of the address, and the name of the client's file. */
function uploadPath(call: MlflowCall<{ path: typeof createFields.path }>): string {
  const { path } = call.input;
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  return safeFilePath(joinPath(safePath(call.rest), safeFilePath(name)));
}

async function createUpload(call: MlflowCall<typeof createFields>) {
  const { num_parts: parts } = call.input;
  const ref = { workspaceId: call.workspace.id, path: uploadPath(call), parts };
  const upload = await createProxiedUpload(call.database, ref);
  const base = `${call.baseUrl}/api/2.0/mlflow-artifacts/mpu/parts/${upload.id}`;
  return {
    upload_id: upload.id,
    credentials: Array.from({ length: parts }, (_, i) => ({
      url: `${base}/${i + 1}`,
      part_number: i + 1,
      // The client sends parts without credentials of its own: those of this request go back to whoever sent them.
      headers: { Authorization: call.authorization },
    })),
  };
}

const uploadFields = { path: required(text), upload_id: required(text) };

/** @throws SLW_TRACKING_UPLOAD where the upload is of another path, or another workspace's */
async function findUpload(call: MlflowCall<typeof uploadFields>): Promise<UploadRef & { readonly path: string }> {
  const ref = { workspaceId: call.workspace.id, uploadId: call.input.upload_id };
  const { path } = await getProxiedUpload(call.database, ref);
  if (path === uploadPath(call)) return { ...ref, path };
  throw new SlipwayError("SLW_TRACKING_UPLOAD", `The upload "${ref.uploadId}" is not of this path.`);
}

const completeFields = {
  ...uploadFields,
  parts: required(repeated(message({ part_number: required(integer), etag: required(text) }))),
};

async function completeUpload(call: MlflowCall<typeof completeFields>) {
  const { path, ...ref } = await findUpload(call);
  const announced = call.input.parts
    .map(({ part_number: number, etag }) => ({ number, sha256: etag.replaceAll('"', "") }))
    .toSorted((a, b) => a.number - b.number);
  const { database, artifacts, signal } = call;
  const stored = await joinUploadParts(database, artifacts, { ...ref, announced, signal });
  await transaction(database, async (trx) => {
    const inTransaction = { ...call, database: trx };
    await referTo(inTransaction, await findPlace(inTransaction, path), stored);
    await removeProxiedUpload(trx, ref);
  });
  return done;
}
