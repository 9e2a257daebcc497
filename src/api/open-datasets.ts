/** What datasets need of a server: processes that read files, and what they may reach. */
import { join } from "node:path";
import { loadDatasets, loadDatastores } from "../data/index.ts";
import type { Services } from "./services.ts";

/** @param env of the server @throws SLW_DATASTORE_REFUSED */
export async function openDatasets(
  dataFolder: string,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<Pick<Services, "processes" | "reach">> {
  const { createTableProcesses } = await loadDatasets();
  const { readReach } = await loadDatastores();
  return {
    processes: createTableProcesses({ temporaryFolder: join(dataFolder, "tmp") }),
    reach: readReach(env),
  };
}
