/** A dataset version of what an endpoint collected: what monitoring compares and retraining reads. */
import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout } from "node:timers/promises";
import { SlipwayError, type Log } from "../../base/index.ts";
import { loadDatasets, type CreatedVersion, type DatasetServices } from "../../data/index.ts";
import type { Actor, ArtifactStore, Queryable, StoredArtifact } from "../../store/index.ts";
import { selectCollectedFiles, type CollectedFile } from "./collected-files.ts";
import { runTask } from "./run-task.ts";
import { storeCollected, type CollectingEndpoint } from "./store-collected.ts";

export interface NewCollectedDataset {
  /** Of the version. */
  readonly id: string;
  readonly workspaceId: string;
  readonly endpoint: CollectingEndpoint;
  /** Name; the dataset is made where it is not there. */
  readonly dataset: string;
  /** Times of the requests: from then on, before then. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** Only rows with a true label: it stands in the target's column, beside the model's inputs and nothing else. */
  readonly labelled: boolean;
}

/** Milliseconds within which processes write what they have collected: what was answered before is in the dataset. */
const writtenWithin = 250;

/** @throws SLW_ENDPOINT_NOT_COLLECTED where there are no such rows, SLW_DATASET_* */
export async function createCollectedDataset(
  services: DatasetServices & { readonly log: Log },
  input: NewCollectedDataset,
  actor: Actor,
  signal?: AbortSignal,
): Promise<CreatedVersion> {
  await setTimeout(writtenWithin);
  await storeCollected(services, input.endpoint, { everything: true, ...(signal && { signal }) });
  const file = await services.processes.withFolder((folder) => joinFiles(services, input, folder, signal));
  const { createVersion } = await loadDatasets();
  const { id, workspaceId, endpoint, dataset, from, to, labelled } = input;
  return createVersion(
    services,
    {
      id,
      workspaceId,
      dataset,
      createDataset: true,
      options: {},
      file,
      fileName: `${dataset}.parquet`,
      source: {
        kind: "collected",
        endpoint: endpoint.name,
        from: from?.toISOString() ?? null,
        to: to?.toISOString() ?? null,
        labelled,
      },
    },
    actor,
    signal,
  );
}

async function joinFiles(
  { database, artifacts }: DatasetServices,
  { endpoint, workspaceId, from, to, labelled }: NewCollectedDataset,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<StoredArtifact> {
  const since = from && new Date(Math.floor(from.getTime() / hour) * hour);
  // Labels come whenever they are known: those of all times after the first request.
  const files = await selectCollectedFiles(database, { endpointId: endpoint.id, from: since })
    .orderBy("hour")
    .execute();
  const inputs = files.filter(({ designation, hour }) => designation === "inputs" && (to === undefined || hour < to));
  const labels = files.filter(({ designation }) => designation === "labels");
  const last = inputs.at(-1);
  if (last === undefined) throw notCollected(endpoint.name, "rows");
  const output = join(folder, "dataset.parquet");
  const { rows } = await runTask(
    "join",
    {
      inputs: await localPaths(artifacts, inputs, folder),
      labels: await localPaths(artifacts, labels, folder),
      from: from?.getTime() ?? null,
      to: to?.getTime() ?? null,
      target: labelled ? await targetOf(database, workspaceId, last) : null,
      output,
      temporaryFolder: folder,
    },
    signal,
  );
  if (rows === 0) throw notCollected(endpoint.name, labelled ? "rows with a label" : "rows");
  return artifacts.put(createReadStream(output), signal ? { signal } : {});
}

const hour = 3_600_000;

/** In place on disk; from elsewhere they are fetched into the folder. */
async function localPaths(
  artifacts: ArtifactStore,
  files: readonly Pick<CollectedFile, "sha256">[],
  folder: string,
): Promise<string[]> {
  const paths: string[] = [];
  for (const [index, { sha256 }] of files.entries()) {
    const inPlace = await artifacts.localFile(sha256);
    const path = inPlace ?? join(folder, `${sha256}-${index}`);
    if (inPlace === null) await pipeline(await artifacts.read(sha256), createWriteStream(path, { mode: 0o600 }));
    paths.push(path);
  }
  return paths;
}

/** Of the model that answered last; "label" where it does not say what it predicts. */
async function targetOf(
  database: Queryable,
  workspaceId: string,
  { model, modelVersion }: Pick<CollectedFile, "model" | "modelVersion">,
): Promise<string> {
  const row = await database
    .selectFrom("model_versions")
    .innerJoin("registered_models", "registered_models.id", "model_versions.model_id")
    .select("model_versions.target")
    .where("registered_models.workspace_id", "=", workspaceId)
    .where("registered_models.name", "=", model)
    .where("model_versions.version", "=", modelVersion)
    .executeTakeFirst();
  return row?.target ?? "label";
}

function notCollected(endpoint: string, what: string): SlipwayError {
  return new SlipwayError(
    "SLW_ENDPOINT_NOT_COLLECTED",
    `The endpoint "${endpoint}" has collected no ${what} in the time.`,
    {
      details: { endpoint },
    },
  );
}
