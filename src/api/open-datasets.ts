/** What datasets need of a server: the key for credentials, processes that read files, and what they may reach. */
import { join } from "node:path";
import { loadDatasets, loadDatastores } from "../data/index.ts";
import { createSecretBox, loadSecretKey } from "../store/index.ts";
import type { Services } from "./services.ts";

/** @throws SLW_SECRET_KEY, SLW_DATASTORE_REFUSED */
export async function openDatasets(dataFolder: string): Promise<Pick<Services, "secrets" | "processes" | "reach">> {
  const { createTableProcesses } = await loadDatasets();
  const { readReach } = await loadDatastores();
  return {
    secrets: createSecretBox(await loadSecretKey(dataFolder)),
    processes: createTableProcesses({ temporaryFolder: join(dataFolder, "tmp") }),
    reach: readReach(),
  };
}
