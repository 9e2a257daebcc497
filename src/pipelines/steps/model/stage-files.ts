/** The files of a model on this machine, where code that loads it can reach them. */
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { SlipwayError } from "../../../base/index.ts";
import type { ArtifactStore } from "../../../store/index.ts";
import type { NamedModel } from "./named-model.ts";

/**
 * Copies them into a folder; a single file that the store has on this machine stays where it is.
 * @param folder to be made
 * @returns path of the file to load: the model file, or MLmodel of a folder
 */
export async function stageFiles(
  artifacts: ArtifactStore,
  { files, contents: { kind, primaryPath } }: NamedModel,
  folder: string,
): Promise<string> {
  const [only] = files;
  // A folder's code might write into its files, and must not change the store.
  const inPlace = files.length === 1 && kind !== "mlflow" ? await artifacts.localFile(only?.sha256 ?? "") : null;
  if (inPlace !== null) return inPlace;
  for (const { path, sha256 } of files) {
    const file = inside(folder, path);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    // The stream checks the bytes against the hash.
    await pipeline(await artifacts.read(sha256), createWriteStream(file, { flags: "wx", mode: 0o600 }));
  }
  return join(folder, primaryPath ?? "");
}

/** Paths of artifacts are plain names joined by slashes; one that is not must never be written. */
function inside(folder: string, path: string): string {
  const file = resolve(folder, path);
  if (file.startsWith(`${resolve(folder)}${sep}`)) return file;
  throw new SlipwayError("SLW_REGISTRY_FILES", `The model has a file whose path leads outside of its folder: ${path}`);
}
