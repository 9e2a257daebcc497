/** A registry on a real database and a folder of artifacts, with two workspaces; for the tests of this folder. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId, silentLog } from "../base/index.ts";
import { encodeModel, type Model, type TreesLearner } from "../model/index.ts";
import { openArtifactStore, openDatabase, type Actor, type ArtifactStore, type Database } from "../store/index.ts";
import { testDatabase } from "../store/testing.ts";
import type { UploadedFile } from "./register.ts";
import type { ModelContents, ModelFile, NewVersion } from "./types.ts";

export interface TestRegistry {
  readonly url: string;
  readonly database: Database;
  readonly artifacts: ArtifactStore;
  /** Its folder. */
  readonly folder: string;
  readonly workspaceId: string;
  readonly otherWorkspaceId: string;
  close(): Promise<void>;
}

export const actor: Actor = { userId: null, userName: "ada", requestId: null };

export async function openTestRegistry(): Promise<TestRegistry> {
  const { url, drop } = await testDatabase();
  const database = openDatabase({ url, applicationName: "test", log: silentLog });
  const folder = mkdtempSync(join(tmpdir(), "slipway-registry-"));
  const artifacts = await openArtifactStore(join(folder, "artifacts"));
  const [workspaceId, otherWorkspaceId] = [newId(), newId()];
  for (const [id, name] of [
    [workspaceId, "one"],
    [otherWorkspaceId, "two"],
  ] as const) {
    await database.insertInto("workspaces").values({ id, name }).execute();
  }
  return {
    url,
    database,
    artifacts,
    folder,
    workspaceId,
    otherWorkspaceId,
    async close() {
      await database.destroy();
      await drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Two leaves: 2 where job is the first category, otherwise -2. */
const tree: TreesLearner = {
  kind: "trees",
  outputs: 1,
  leafWidth: 1,
  base: Float64Array.of(0),
  scale: 1,
  link: "sigmoid",
  trees: {
    roots: Int32Array.of(0),
    feature: Int32Array.of(1, -1, -1),
    left: Int32Array.of(1, 0, 1),
    threshold: Float64Array.of(0, 0, 0),
    flags: Uint8Array.of(1, 0, 0),
    cover: Float32Array.of(9, 3, 6),
    bitsets: Uint32Array.of(1, 0b01),
    leafValues: Float64Array.of(2, -2),
  },
};

/** "yes" when job is student, otherwise "no". */
export function modelWith(changes: Partial<Model> = {}): Model {
  return {
    task: "classification",
    target: "y",
    labels: ["no", "yes"],
    inputs: [
      { name: "age", type: "numeric", integer: true, nullable: false, range: [18, 90], example: 41 },
      { name: "job", type: "string", integer: false, nullable: true, range: null, example: "student" },
    ],
    transforms: [
      { op: "Numeric", column: "age" },
      { op: "Category", column: "job", categories: ["student", "admin."] },
    ],
    combination: { kind: "vote" },
    labelWeights: null,
    members: [
      {
        name: "GradientBoosting",
        weight: 1,
        learner: tree,
      },
    ],
    name: "GradientBoosting",
    metrics: { accuracy: 0.9, log_loss: NaN },
    provenance: {
      slipway: "0.1.0",
      primaryMetric: "accuracy",
      seed: 42,
      validation: "cv:5",
      rows: 9,
      featurization: [],
      trials: [{ number: 0, name: "GradientBoosting", params: { learningRate: 0.1 } }],
    },
    ...changes,
  };
}

export async function putModel(artifacts: ArtifactStore, changes: Partial<Model> = {}): Promise<ModelFile> {
  const stored = await artifacts.put(encodeModel(modelWith(changes)));
  return { path: "model.slipway", ...stored };
}

/** The row of an upload that came whole. */
export async function addUpload(
  { database, workspaceId }: TestRegistry,
  { path, sha256, size }: ModelFile,
): Promise<UploadedFile> {
  const id = newId();
  const row = { id, workspace_id: workspaceId, state: "stored" as const, file_name: path, expected_size: null };
  await database
    .insertInto("uploads")
    .values({ ...row, received: size, sha256, error: null, created_by: actor.userName })
    .execute();
  return { path, upload: id };
}

const contents: ModelContents = {
  kind: "mlflow",
  primaryPath: null,
  algorithm: "python_function",
  task: null,
  target: null,
  inputs: [],
  outputs: [],
  members: [],
  metrics: {},
  primaryMetric: null,
  rowMicroseconds: null,
  particulars: {},
};

/** A version without files, as MLflow's clients register them. */
export function bareVersion(
  workspaceId: string,
  model: string,
  {
    metrics = {},
    primaryMetric = null,
    ...changes
  }: Partial<NewVersion> & { metrics?: Record<string, number>; primaryMetric?: string | null } = {},
): NewVersion {
  return {
    id: newId(),
    workspaceId,
    model,
    createModel: true,
    actor,
    contents: { ...contents, metrics, primaryMetric },
    files: [],
    source: { uri: "upload:test", runId: null, artifactPath: null, loggedModelId: null, runLink: null },
    ...changes,
  };
}

/** A version of one of our own files, as registering makes it. */
export function slipwayVersionOf(
  workspaceId: string,
  model: string,
  id: string,
  file: ModelFile & { readonly accuracy?: number },
): NewVersion {
  const metrics: Record<string, number> = file.accuracy === undefined ? {} : { accuracy: file.accuracy };
  return {
    ...bareVersion(workspaceId, model, { id, files: [file] }),
    contents: { ...contents, kind: "slipway", primaryPath: file.path, metrics },
  };
}
