/** Registering what is in the artifact store already: artifacts of a run, or uploaded files. */
import type { Transaction } from "kysely";
import { SlipwayError } from "../base/index.ts";
import { transaction, type ArtifactStore, type Database, type Queryable, type Tables } from "../store/index.ts";
import { findRunArtifacts, getRun } from "../tracking/index.ts";
import { createVersion } from "./create-version.ts";
import { inspectFiles } from "./inspect/index.ts";
import { findVersion, findVersionById } from "./versions.ts";
import type { By, ModelFile, ModelLineage, ModelRef, ModelVersionDetails, NewVersion, Tags } from "./types.ts";

/** What registering takes beside the files: what NewVersion has, by the same names. */
export interface Registration extends ModelRef, By {
  readonly id: string;
  readonly createModel?: boolean | undefined;
  readonly description?: string | undefined;
  readonly tags?: Tags | undefined;
  readonly aliases?: readonly string[] | undefined;
  /** Default, for a run: what the run says. */
  readonly dataset?: ModelLineage["dataset"] | undefined;
  readonly codeCommit?: string | undefined;
}

interface Stores {
  readonly database: Database;
  readonly artifacts: ArtifactStore;
  /** Where the version is written: a worker's may be refused. Default: a transaction of the database. */
  readonly hold?: <T>(work: (trx: Transaction<Tables>) => Promise<T>) => Promise<T>;
}

/**
 * @param path of the artifact in the run: a model file, or the folder of an MLflow model
 * @throws SLW_TRACKING_RUN, SLW_TRACKING_ARTIFACT, SLW_REGISTRY_*, SLW_MODEL_*
 */
export async function registerFromRun(
  stores: Stores,
  input: Registration & { readonly runId: string; readonly path: string },
): Promise<ModelVersionDetails> {
  const { workspaceId, runId, path } = input;
  const repeated = await findRepeated(stores.database, input);
  if (repeated !== null) return repeated;
  const run = await getRun(stores.database, { workspaceId, runId });
  return register(stores, (database) => artifactsAt(database, { workspaceId, runId, path }), {
    ...input,
    source: { uri: `runs:/${runId}/${path}`, runId, artifactPath: path, loggedModelId: null, runLink: null },
    dataset: input.dataset ?? datasetOf(run.datasets),
    codeCommit: input.codeCommit ?? run.commit,
  });
}

/** An upload and the path that it has in the model; a single file may have any. */
export interface UploadedFile {
  readonly path: string;
  /** Id of a stored upload of the workspace. */
  readonly upload: string;
}

/** @throws SLW_UPLOAD_UNKNOWN, SLW_REGISTRY_*, SLW_MODEL_* */
export async function registerUploads(
  stores: Stores,
  input: Registration & { readonly uploads: readonly UploadedFile[] },
): Promise<ModelVersionDetails> {
  const repeated = await findRepeated(stores.database, input);
  if (repeated !== null) return repeated;
  const uri = `upload:${input.uploads.length === 1 ? (input.uploads[0]?.path ?? "") : "folder"}`;
  return register(stores, (database) => uploadedFiles(database, input), {
    ...input,
    source: { uri, runId: null, artifactPath: null, loggedModelId: null, runLink: null },
  });
}

/**
 * @param readFiles reads the rows that refer to the files' bytes. They are read again in the transaction that registers:
 *   these rows kept the bytes from being swept until then, the version's rows do from there on.
 */
async function register(
  { database, artifacts, hold = (work) => transaction(database, work) }: Stores,
  readFiles: (database: Queryable) => Promise<ModelFile[]>,
  version: Omit<NewVersion, "contents" | "files">,
): Promise<ModelVersionDetails> {
  const files = await readFiles(database);
  const contents = await inspectFiles(artifacts, files);
  return hold(async (trx) => {
    const still = await readFiles(trx);
    if (JSON.stringify(still) !== JSON.stringify(files)) {
      throw new SlipwayError("SLW_REGISTRY_FILES", `${version.source.uri} changed while it was registered.`);
    }
    return createVersion(trx, { ...version, contents, files });
  });
}

/** A request that is sent again need not look at the files again. */
async function findRepeated(database: Queryable, input: Registration): Promise<ModelVersionDetails | null> {
  const made = await findVersionById(database, input);
  return made === null ? null : findVersion(database, { ...input, model: made.model, version: made.version });
}

/**
 * The file at the path, called by its own name; or all files below the folder, with their paths from there.
 * @throws SLW_TRACKING_RUN, SLW_TRACKING_ARTIFACT
 */
export async function artifactsAt(
  database: Queryable,
  { workspaceId, runId, path }: { readonly workspaceId: string; readonly runId: string; readonly path: string },
): Promise<ModelFile[]> {
  const all = await findRunArtifacts(database, { workspaceId, runId, folder: "" });
  const found = all.filter((each) => each.path === path || each.path.startsWith(`${path}/`));
  if (found.length === 0) {
    throw new SlipwayError("SLW_TRACKING_ARTIFACT", `The run ${runId} has no artifact ${path}.`, { details: { path } });
  }
  return found.map(({ path: full, sha256, size }) => ({
    path: full === path ? full.slice(full.lastIndexOf("/") + 1) : full.slice(path.length + 1),
    sha256,
    size,
  }));
}

/** @throws SLW_UPLOAD_UNKNOWN, SLW_REGISTRY_FILES for one that has not come whole */
async function uploadedFiles(
  database: Queryable,
  { workspaceId, uploads }: { readonly workspaceId: string; readonly uploads: readonly UploadedFile[] },
): Promise<ModelFile[]> {
  const ids = uploads.map(({ upload }) => upload);
  const rows = await database
    .selectFrom("uploads")
    .select(["id", "sha256", "received"])
    .where("workspace_id", "=", workspaceId)
    .where("id", "in", ["", ...ids])
    .execute();
  const found = new Map(rows.map((row) => [row.id, row]));
  return uploads.map(({ path, upload }) => {
    const row = found.get(upload);
    if (row === undefined) {
      throw new SlipwayError("SLW_UPLOAD_UNKNOWN", `There is no upload "${upload}".`, { details: { upload } });
    }
    const { sha256, received: size } = row;
    if (sha256 !== null) return { path, sha256, size };
    throw new SlipwayError("SLW_REGISTRY_FILES", `The upload "${upload}" has not come whole.`, { details: { upload } });
  });
}

/** The dataset that the run trained on: the first that is marked so, otherwise the first. */
function datasetOf(
  datasets: readonly { readonly name: string; readonly source: string; readonly tags: Tags }[],
): ModelLineage["dataset"] {
  const training = datasets.find(({ tags }) => tags["mlflow.data.context"] === "training") ?? datasets[0];
  if (training === undefined) return null;
  const version = /[@/:](\d{1,9})$/.exec(training.source)?.[1];
  return { name: training.name, version: version === undefined ? null : Number(version) };
}
