/** Models and batch scoring runs in a test workspace. */
import { writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { automl, type AutoMLOptions } from "../../automl/index.ts";
import { newId } from "../../base/index.ts";
import type { Job } from "../../compute/index.ts";
import { getVersionDetails, readTable, type DatasetVersionDetails } from "../../data/index.ts";
import { encodeModel } from "../../model/index.ts";
import { createVersion, inspectFiles } from "../../registry/index.ts";
import { serverActor } from "../../store/index.ts";
import { createBatchScoring, getBatchScoring, type BatchScoring, type NewBatchScoring } from "./batch-runs.ts";
import type { TestWorkspace } from "./test-workspace.ts";

/** Registers what one trial of AutoML finds, and writes the model file. */
export async function addModel(
  workspace: TestWorkspace,
  name: string,
  { data, target, file, ...options }: { data: string; file: string } & AutoMLOptions,
): Promise<void> {
  const { table } = await readTable(data);
  const defaults = { maxTrials: 1, threads: 1, explain: false, validation: "holdout:0.2" as const };
  const events = automl(table, { ...defaults, target, ...options });
  for (;;) {
    const { done, value } = await events.next();
    if (!done) continue;
    const bytes = encodeModel(value.model);
    writeFileSync(file, bytes);
    await registerModel(workspace, name, bytes);
    return;
  }
}

export async function registerModel(
  { database, artifacts, id }: TestWorkspace,
  name: string,
  bytes: Uint8Array,
  path = "model.slipway",
): Promise<void> {
  const files = [{ path, ...(await artifacts.put(bytes)) }];
  await createVersion(database, {
    id: newId(),
    workspaceId: id,
    model: name,
    createModel: true,
    contents: await inspectFiles(artifacts, files),
    files,
    source: { uri: "upload:test", runId: null, artifactPath: null, loggedModelId: null, runLink: null },
    actor: serverActor,
  });
}

export type Asked = Pick<NewBatchScoring, "data" | "output"> & Partial<NewBatchScoring>;

export async function scoreBatch({ database, id }: TestWorkspace, asked: Asked): Promise<string> {
  const runId = newId();
  await createBatchScoring(database, { workspaceId: id, id: runId, actor: serverActor, ...asked });
  return runId;
}

export async function untilBatch(
  { database, id }: TestWorkspace,
  runId: string,
  isSo: (job: Job, found: BatchScoring) => boolean = ({ endedAt }) => endedAt !== null,
): Promise<BatchScoring> {
  for (;;) {
    const found = await getBatchScoring(database, { workspaceId: id, runId });
    if (isSo(found.job, found)) return found;
    await delay(20);
  }
}

/** The version that a run made, and its file. */
export async function outputOf(
  { database, artifacts, id }: TestWorkspace,
  { output: { dataset, version } }: BatchScoring,
): Promise<{ version: DatasetVersionDetails; content: string }> {
  const details = await getVersionDetails(database, { workspaceId: id, dataset, version: version ?? 0 });
  return { version: details, content: await text(await artifacts.read(details.sha256)) };
}
