/** For upload.test.ts, which kills it: a whole server on the database and data folder of its arguments. */
import { startServer } from "../../src/api/index.ts";
import { createLog } from "../../src/base/index.ts";

const [databaseUrl = "", dataFolder = ""] = process.argv.slice(2);
const server = await startServer({
  databaseUrl,
  dataFolder,
  host: "127.0.0.1",
  port: 0,
  log: createLog({ level: "silent" }),
  onLost: () => process.exit(1),
});
process.stdout.write(`${JSON.stringify({ url: server.url, token: server.token })}\n`);
// It ends with whoever started it.
process.stdin.on("end", () => process.exit(0)).resume();
