/** What the files of a model say about themselves: of our own format, of ONNX, or a folder as MLflow saves it. */
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { SlipwayError } from "../../base/index.ts";
import type { ArtifactStore } from "../../store/index.ts";
import type { ModelContents, ModelFile } from "../types.ts";
import { inspectInThread } from "./inspect-in-thread.ts";

const mlmodel = "MLmodel";
/** Bytes of a model file at most. */
const largestFile = 2 ** 31 - 1;

/**
 * Files are told apart by what they hold, not by their names: MLmodel makes a folder of MLflow; a single file is one of
 * ours by its first bytes or its name, otherwise ONNX. No code in them is run.
 * @throws SLW_REGISTRY_FILES, SLW_MODEL_*, SLW_REGISTRY_ONNX, SLW_REGISTRY_MLMODEL
 */
export async function inspectFiles(artifacts: ArtifactStore, files: readonly ModelFile[]): Promise<ModelContents> {
  const folder = files.find(({ path }) => path === mlmodel);
  const file = folder ?? (files.length === 1 ? files[0] : undefined);
  if (file === undefined) {
    const problem = files.length === 0 ? "there is no file" : `of ${files.length} files none is called ${mlmodel}`;
    throw new SlipwayError("SLW_REGISTRY_FILES", `This is no model: ${problem}.`, {
      details: { files: files.slice(0, 20).map(({ path }) => path) },
    });
  }
  if (file.size > largestFile) {
    throw new SlipwayError("SLW_REGISTRY_FILES", `${file.path} has ${file.size} bytes, more than ${largestFile}.`);
  }
  const { path, sha256 } = file;
  const isFolder = folder !== undefined;
  return withLocalFile(artifacts, sha256, (local) => inspectInThread({ file: local, path, sha256, isFolder }));
}

/** A file of this machine: the store's own where it has files, otherwise a copy for as long as `use` takes. */
async function withLocalFile<T>(
  artifacts: ArtifactStore,
  sha256: string,
  use: (file: string) => Promise<T>,
): Promise<T> {
  const own = await artifacts.localFile(sha256);
  if (own !== null) return use(own);
  const folder = await mkdtemp(join(tmpdir(), "slipway-model-"));
  try {
    const copy = join(folder, "model");
    await pipeline(await artifacts.read(sha256), createWriteStream(copy, { flags: "wx", mode: 0o600 }));
    return await use(copy);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
