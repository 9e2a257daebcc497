/** The files of a model version in an endpoint's folder: there whole or not at all, so that no process needs the store. */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { link, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { newId, SlipwayError } from "../../base/index.ts";
import type { ArtifactStore, Queryable } from "../../store/index.ts";
import type { Deployment } from "./types.ts";

export interface StageSource {
  readonly database: Queryable;
  readonly artifacts: ArtifactStore;
}

/**
 * Puts the files of the deployment's version below `models`, in a folder of the name of the version's id.
 * @throws SLW_ARTIFACT_*: bytes are missing, or are not those that were registered
 */
export async function stageModel(
  { database, artifacts }: StageSource,
  models: string,
  { versionId, model: { kind } }: Pick<Deployment, "versionId" | "model">,
): Promise<void> {
  const target = join(models, versionId);
  if (await isThere(target)) return;
  const files = await database
    .selectFrom("model_version_files")
    .select(["path", "sha256"])
    .where("version_id", "=", versionId)
    .execute();
  const partial = `${target}.${newId()}.partial`;
  try {
    for (const { path, sha256 } of files) {
      const file = inside(partial, path);
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      // A link costs nothing; but code of the model's own might write into its folder, and must not change the store.
      const linked = kind !== "mlflow" && (await linkArtifact(artifacts, sha256, file));
      if (!linked) await copyArtifact(artifacts, sha256, file);
      await syncFolder(dirname(file));
    }
    await rename(partial, target);
    await syncFolder(models);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    // Another server that stages the same version was quicker.
    if (await isThere(target)) return;
    throw error;
  }
}

/** Removes what no deployment of `kept` loads, and what a process that died has left half done. */
export async function removeOtherModels(models: string, kept: readonly Pick<Deployment, "versionId">[]): Promise<void> {
  const names = new Set(kept.map(({ versionId }) => versionId));
  for (const name of await readdir(models)) {
    if (!names.has(name)) await rm(join(models, name), { recursive: true, force: true });
  }
}

/** Paths of versions are plain names joined by slashes (registry); one that is not must never be written. */
function inside(folder: string, path: string): string {
  const file = resolve(folder, path);
  if (file.startsWith(`${folder}${sep}`)) return file;
  throw new SlipwayError("SLW_ENDPOINT_START", `The model has a file whose path leads outside of its folder: ${path}`);
}

/** @returns whether it could: the store may keep no files, or keep them on another disk */
async function linkArtifact(artifacts: ArtifactStore, sha256: string, file: string): Promise<boolean> {
  const local = await artifacts.localFile(sha256);
  if (local === null) return false;
  try {
    await link(local, file);
  } catch {
    return false;
  }
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  const found = hash.digest("hex");
  if (found === sha256) return true;
  throw new SlipwayError("SLW_ARTIFACT_CORRUPT", `The artifact ${sha256} has the sha256 ${found}.`, {
    details: { expected: sha256, got: found },
  });
}

async function copyArtifact(artifacts: ArtifactStore, sha256: string, path: string): Promise<void> {
  // The stream checks the bytes against the hash.
  const bytes = await artifacts.read(sha256);
  await pipeline(bytes, createWriteStream(path, { flags: "wx", mode: 0o600, flush: true }));
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
