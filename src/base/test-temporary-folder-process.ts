/** For tests: makes a temporary folder with the prefix that it is given, tells its path, and waits to be killed. */
import { makeTemporaryFolder } from "./temporary-folder.ts";

process.on("disconnect", () => process.exit());
process.send?.(await makeTemporaryFolder(process.argv[2] ?? ""));
