/** For tests: the ingestion in a process that can be killed. Arguments: database's URL, artifacts' folder, endpoints' folder. */
import { silentLog } from "../../base/index.ts";
import { openArtifactStore, openDatabase } from "../../store/index.ts";
import { storeRecords } from "./start-ingestion.ts";

const [url = "", artifactsFolder = "", endpointsFolder = ""] = process.argv.slice(2);
const database = openDatabase({ url, applicationName: "ingestion", log: silentLog });
const services = { database, artifacts: await openArtifactStore(artifactsFolder), endpointsFolder, log: silentLog };
const never = new AbortController().signal;
process.on("disconnect", () => process.exit());
process.send?.("ready");
for (;;) await storeRecords(services, new Set(), never);
