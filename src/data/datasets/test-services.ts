/** For tests: everything that datasets need, on a database and folders of one's own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { newId, silentLog } from "../../base/index.ts";
import { createSecretBox, openArtifactStore, openDatabase, type Actor } from "../../store/index.ts";
import { testDatabase } from "../../store/testing.ts";
import type { DatastoreReach } from "../datastores/types.ts";
import { createTableProcesses } from "./process/run-task.ts";
import type { DatasetServices } from "./services.ts";
import { receiveUpload } from "./uploads.ts";

export interface TestServices extends DatasetServices {
  readonly workspaceId: string;
  readonly actor: Actor;
  /** Removed at the end; nothing of the services is in it. */
  readonly folder: string;
  /** @returns the id of the upload */
  upload(content: string | Uint8Array, fileName?: string): Promise<string>;
  close(): Promise<void>;
}

export async function createTestServices(reach: Partial<DatastoreReach> = {}): Promise<TestServices> {
  const root = mkdtempSync(join(tmpdir(), "slipway-datasets-"));
  const folder = mkdtempSync(join(root, "files-"));
  const { url, drop } = await testDatabase();
  const database = openDatabase({ url, applicationName: "test", log: silentLog });
  const workspaceId = newId();
  await database.insertInto("workspaces").values({ id: workspaceId, name: "default" }).execute();
  const services: DatasetServices = {
    database,
    artifacts: await openArtifactStore(join(root, "artifacts")),
    processes: createTableProcesses({ temporaryFolder: join(root, "tmp") }),
    secrets: createSecretBox(Buffer.alloc(32, 1)),
    reach: { folders: [folder], origins: [], ...reach },
  };
  return {
    ...services,
    workspaceId,
    folder,
    actor: { userId: null, userName: "ada", requestId: null },
    async upload(content, fileName = "table.csv") {
      const bytes = Readable.from([Buffer.from(content)]);
      const { id } = await receiveUpload(services, { id: newId(), workspaceId, fileName, createdBy: "ada" }, bytes);
      return id;
    },
    async close() {
      await database.destroy();
      await drop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
