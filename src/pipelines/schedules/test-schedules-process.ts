/** For tests: a process that fires schedules until it is killed. Arguments: postgresql://; it says "ready". */
import { silentLog } from "../../base/index.ts";
import { openDatabase } from "../../store/index.ts";
import { startSchedules } from "./start-schedules.ts";
import { writeDown } from "./test-schedules.ts";

const [, , url = ""] = process.argv;
const database = openDatabase({ url, applicationName: "test", log: silentLog });
startSchedules({
  database,
  url,
  submit: writeDown,
  readPath: () => Promise.resolve({}),
  takeFile: (_schedule, file) => Promise.resolve(file),
  onFired: () => {},
  log: silentLog,
});
process.on("disconnect", () => process.exit());
process.send?.("ready");
