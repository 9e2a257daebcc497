/** For the tests of this folder: versions of datasets as uploads make them, and what steps made of them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { newId } from "../../../base/index.ts";
import {
  getVersionDetails,
  loadDatasets,
  type DatasetVersionDetails,
  type VersionOptions,
} from "../../../data/index.ts";
import { serverActor } from "../../../store/index.ts";
import { getRunArtifact } from "../../../tracking/index.ts";
import type { TestWorkspace } from "../../jobs/test-workspace.ts";

interface TestFile {
  readonly content: string | Uint8Array;
  readonly fileName?: string;
  readonly options?: VersionOptions;
}

/** @returns the number of the version */
export async function addVersion(
  { database, artifacts, id }: TestWorkspace,
  dataset: string,
  { content, fileName = `${dataset}.csv`, options = {} }: TestFile,
): Promise<number> {
  const { createTableProcesses, createVersion } = await loadDatasets();
  const temporaryFolder = mkdtempSync(join(tmpdir(), "slipway-test-tables-"));
  try {
    const { version } = await createVersion(
      { database, artifacts, processes: createTableProcesses({ temporaryFolder }) },
      {
        id: newId(),
        workspaceId: id,
        dataset,
        createDataset: true,
        options,
        file: await artifacts.put(Buffer.from(content)),
        fileName,
        source: { kind: "upload", fileName },
      },
      serverActor,
    );
    return version.version;
  } finally {
    rmSync(temporaryFolder, { recursive: true });
  }
}

export function versionOf(
  { database, id }: TestWorkspace,
  dataset: string,
  version: number | "latest" = "latest",
): Promise<DatasetVersionDetails> {
  return getVersionDetails(database, { workspaceId: id, dataset, version });
}

export async function contentOf(workspace: TestWorkspace, dataset: string): Promise<string> {
  const { sha256 } = await versionOf(workspace, dataset);
  return text(await workspace.artifacts.read(sha256));
}

export async function artifactOf(
  { database, artifacts, id }: TestWorkspace,
  runId: string,
  path: string,
): Promise<unknown> {
  const { sha256 } = await getRunArtifact(database, { workspaceId: id, runId, path });
  return JSON.parse(await text(await artifacts.read(sha256)));
}
