/** Versions of datasets that a step reads, with their files on this machine. */
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { loadDatasets, type DatasetVersion, type VersionFile } from "../../../data/index.ts";
import type { DatasetInput } from "../../../tracking/index.ts";
import { datasetInput } from "../../jobs/dataset-input.ts";
import { datasetOf } from "../model/dataset-of.ts";
import type { StepContext, StepServices } from "../types.ts";
import type { DataFile } from "./messages.ts";

export interface StepTable {
  readonly version: DatasetVersion;
  readonly file: DataFile;
  /** For the log of the run's inputs. */
  readonly input: DatasetInput;
}

/**
 * @param place in the step: "data", "inputs.old"
 * @param text what stands there: "bank@3"; the newest version where it names none
 * @param folder for files of an artifact store that is elsewhere
 * @throws SLW_DATASET_UNKNOWN, SLW_DATASET_VERSION
 */
export async function openStepTable(
  { spec, job, database }: StepContext,
  { artifacts }: StepServices,
  { place, text, folder }: { readonly place: string; readonly text: string; readonly folder: string },
): Promise<StepTable> {
  const { dataset, version = "latest" } = datasetOf(spec.values[place], text, place);
  const { getVersionFile } = await loadDatasets();
  const found = await getVersionFile(database, { workspaceId: job.workspaceId, dataset, version });
  const path = (await artifacts.localFile(found.version.sha256)) ?? (await fetchFile(artifacts, found, folder));
  const name = `${found.version.dataset}@${found.version.version}`;
  return { version: found.version, file: { path, name, options: found.options }, input: inputOf(found) };
}

async function fetchFile(
  artifacts: StepServices["artifacts"],
  { version: { sha256 } }: VersionFile,
  folder: string,
): Promise<string> {
  const path = join(folder, sha256);
  await pipeline(await artifacts.read(sha256), createWriteStream(path, { mode: 0o600 }));
  return path;
}

function inputOf({ version, options }: VersionFile): DatasetInput {
  const { dataset, version: number, sha256, fileName: name, rows, columns } = version;
  return datasetInput({ dataset, version: number, sha256, name, options, rows, columns }, "pipeline");
}
