/**
 * For tests: stores collected rows until it is killed, also those of files that are still written. Arguments: database's
 * URL, folder of artifacts, folder for files on their way, then of the endpoint its id, name and folder of collected rows.
 */
import { silentLog } from "../../base/index.ts";
import { loadDatasets } from "../../data/index.ts";
import { openArtifactStore, openDatabase } from "../../store/index.ts";
import { storeCollected } from "./store-collected.ts";

const [url = "", artifactsFolder = "", temporaryFolder = "", id = "", name = "", folder = ""] = process.argv.slice(2);
const database = openDatabase({ url, applicationName: "storing", log: silentLog });
const { createTableProcesses } = await loadDatasets();
const processes = createTableProcesses({ temporaryFolder });
const services = { database, artifacts: await openArtifactStore(artifactsFolder), processes, log: silentLog };
process.on("disconnect", () => process.exit());
process.send?.("ready");
for (;;) await storeCollected(services, { id, name, workspace: "default", folder }, { everything: true });
