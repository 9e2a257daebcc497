/** A real server with a known world on it: what the studio's tests, pictures and recordings look at. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer, stopEndpoints } from "../../src/api/index.ts";
import { silentLog } from "../../src/base/index.ts";
import { createClient, type Client } from "../../src/contract/index.ts";

export interface StudioServer {
  /** Without a slash at the end. */
  readonly url: string;
  /** The administrator's. */
  readonly token: string;
  readonly client: Client;
  /** Ends the server and its endpoints, and removes the folder; the database is the caller's. */
  close(): Promise<void>;
}

/** @param databaseUrl of an empty database, or one with all migrations */
export async function startStudioServer(databaseUrl: string, port = 0): Promise<StudioServer> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-studio-"));
  const options = { dataFolder: folder, host: "127.0.0.1", port, databaseUrl, maxWorkers: 2 };
  const server = await startServer({ ...options, log: silentLog, onLost: () => {} });
  const token = server.token ?? "";
  return {
    url: server.url,
    token,
    client: createClient({ url: server.url, token }),
    async close() {
      await server.close();
      await stopEndpoints(folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
