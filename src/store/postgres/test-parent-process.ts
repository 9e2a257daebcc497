/**
 * A process that starts the database of a folder, as a server of Slipway does: `FOLDER [ADDRESS]`. With an address it
 * claims the ownership too. Writes one line of JSON; ends with its standard input.
 */
import { finished } from "node:stream/promises";
import { SlipwayError, silentLog } from "../../base/index.ts";
import { dataOf, existingCluster } from "./location.ts";
import { claimOwnership, type Ownership } from "./ownership.ts";
import { startPostgres } from "./server.ts";

export interface ParentReport {
  readonly url: string;
  readonly adopted: boolean;
  /** PostgreSQL's folder of data. */
  readonly data: string;
  /** Of the error that starting or claiming ended with. */
  readonly code?: string;
  readonly message?: string;
}

const [dataFolder = "", address] = process.argv.slice(2);
const tell = (report: object): void => void process.stdout.write(`${JSON.stringify(report)}\n`);
const parentEnded = finished(process.stdin.resume()).catch(() => {});

try {
  const server = await startPostgres({ dataFolder, log: silentLog });
  const cluster = existingCluster(dataFolder);
  const report = { url: server.url, adopted: server.adopted, data: cluster === null ? "" : dataOf(cluster) };
  let ownership: Ownership | null = null;
  try {
    if (address !== undefined) ownership = await claimOwnership(server.url, { address, onLost: tellError });
    tell(report);
  } catch (error) {
    tellError(error, report);
  }
  await parentEnded;
  await ownership?.release();
  await server.close();
} catch (error) {
  tellError(error);
}

function tellError(error: unknown, report: object = {}): void {
  const code = error instanceof SlipwayError ? error.code : "";
  tell({ ...report, code, message: (error as Error).message });
}
