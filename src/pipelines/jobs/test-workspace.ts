/** A workspace with datasets and workers, for tests: real PostgreSQL, files in a folder of its own. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { newId, silentLog } from "../../base/index.ts";
import type { Compute, Job } from "../../compute/index.ts";
import { readTable } from "../../data/index.ts";
import { openArtifactStore, openDatabase, serverActor, type ArtifactStore, type Database } from "../../store/index.ts";
import { testDatabase } from "../../store/testing.ts";
import { startWorkers, type WorkersOptions } from "../workers/start-workers.ts";
import { createAutoMLRun, getAutoMLRun, type AutoMLRun, type NewAutoMLRun } from "./automl-runs.ts";

export interface TestWorkspace {
  readonly id: string;
  readonly url: string;
  readonly database: Database;
  readonly artifacts: ArtifactStore;
  /** Version 1 of a dataset from a file. */
  addDataset(name: string, path: string): Promise<void>;
  start(options?: Partial<WorkersOptions>): Compute;
  /** Creates a run on the dataset "penguins" and tells the workers. */
  create(input?: Partial<NewAutoMLRun>): Promise<string>;
  read(runId: string): Promise<AutoMLRun>;
  until(runId: string, isSo: (job: Job) => boolean): Promise<AutoMLRun>;
  /** Ends workers, database and files. */
  close(): Promise<void>;
}

const examples = new URL("../../../examples/", import.meta.url).pathname;
export const penguins = join(examples, "penguins.csv");

export async function openTestWorkspace(): Promise<TestWorkspace> {
  const store = await testDatabase();
  const folder = mkdtempSync(join(tmpdir(), "slipway-jobs-"));
  const database = openDatabase({ url: store.url, applicationName: "test", log: silentLog });
  const artifacts = await openArtifactStore(join(folder, "artifacts"));
  const id = newId();
  await database.insertInto("workspaces").values({ id, name: "test" }).execute();
  const computes: Compute[] = [];
  const workspace: TestWorkspace = {
    id,
    url: store.url,
    database,
    artifacts,
    addDataset: (name, path) => addDataset(workspace, name, path),
    start(options = {}) {
      const compute = startWorkers({ database, url: store.url, artifacts, log: silentLog, maxWorkers: 1, ...options });
      computes.push(compute);
      return compute;
    },
    async create(input = {}) {
      const runId = newId();
      await createAutoMLRun(database, {
        workspaceId: id,
        id: runId,
        data: { dataset: "penguins" },
        options: { target: "species", maxTrials: 5, threads: 1, validation: "holdout:0.2" },
        actor: serverActor,
        ...input,
      });
      for (const compute of computes) compute.poke();
      return runId;
    },
    read: (runId) => getAutoMLRun(database, { workspaceId: id, runId }),
    async until(runId, isSo) {
      for (;;) {
        const found = await workspace.read(runId);
        if (isSo(found.job)) return found;
        await delay(20);
      }
    },
    async close() {
      await Promise.all(computes.map((compute) => compute.close()));
      await database.destroy();
      await store.drop();
      rmSync(folder, { recursive: true });
    },
  };
  await workspace.addDataset("penguins", penguins);
  return workspace;
}

/** As the datasets' own functions do, without the process in which they read. */
async function addDataset({ database, artifacts, id }: TestWorkspace, name: string, path: string): Promise<void> {
  const { table, dialect } = await readTable(path);
  const { sha256, size } = await artifacts.put(readFileSync(path));
  const datasetId = newId();
  const text = { description: "", tags: "{}", created_by: "test", workspace_id: id };
  await database
    .insertInto("datasets")
    .values({ ...text, id: datasetId, name, last_version: 1 })
    .execute();
  const columns = table.columns.map((column) => ({ name: column.name, type: column.type }));
  await database
    .insertInto("dataset_versions")
    .values({
      ...text,
      id: newId(),
      dataset_id: datasetId,
      version: 1,
      sha256,
      size,
      file_name: basename(path),
      options: "{}",
      options_hash: "0",
      dialect: JSON.stringify(dialect),
      columns: JSON.stringify(columns),
      rows: table.rows,
      reported: "[]",
      reported_count: 0,
      warnings: "[]",
      profile: "{}",
      head: "[]",
      source: JSON.stringify({ kind: "upload", fileName: basename(path) }),
    })
    .execute();
}
