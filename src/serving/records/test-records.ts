/** For tests: an endpoint with a row and a folder, on a database and an artifact store of one's own. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId, silentLog } from "../../base/index.ts";
import { openArtifactStore, openDatabase, type ArtifactStore, type Database } from "../../store/index.ts";
import { testDatabase } from "../../store/testing.ts";
import { defaultSettings, endpointFolder, type EndpointFolder } from "../config/index.ts";

export interface TestRecords {
  readonly url: string;
  readonly database: Database;
  readonly artifacts: ArtifactStore;
  readonly artifactsFolder: string;
  readonly endpointsFolder: string;
  /** @param name of the endpoint */
  addEndpoint(name: string): Promise<{ readonly id: string; readonly folder: EndpointFolder }>;
  close(): Promise<void>;
}

export async function openTestRecords(): Promise<TestRecords> {
  const root = mkdtempSync(join(tmpdir(), "slipway-records-"));
  const { url, drop } = await testDatabase();
  const database = openDatabase({ url, applicationName: "test", log: silentLog });
  const workspaceId = newId();
  await database.insertInto("workspaces").values({ id: workspaceId, name: "default" }).execute();
  const artifactsFolder = join(root, "artifacts");
  const endpointsFolder = join(root, "endpoints");
  let port = 20_000;
  return {
    url,
    database,
    artifacts: await openArtifactStore(artifactsFolder),
    artifactsFolder,
    endpointsFolder,
    async addEndpoint(name) {
      const id = newId();
      const row = { id, workspace_id: workspaceId, name, description: "", tags: "{}", created_by: "ada" };
      const runs = { compute_type: "quick", auth_mode: "none", host: "127.0.0.1", port: port++, home: "here" } as const;
      await database
        .insertInto("endpoints")
        .values({ ...row, ...runs, settings: JSON.stringify(defaultSettings) })
        .execute();
      const folder = endpointFolder(join(endpointsFolder, id));
      for (const path of [folder.logs, folder.metrics, folder.collected]) mkdirSync(path, { recursive: true });
      return { id, folder };
    },
    async close() {
      await database.destroy();
      await drop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
