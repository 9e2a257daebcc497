/** Where the server of a data folder runs: for `slipway status` and `slipway down`. It holds no secret. */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface ServerFile {
  readonly pid: number;
  /** Where it listens. */
  readonly url: string;
}

const fileName = "server.json";

export function writeServerFile(dataFolder: string, server: ServerFile): void {
  const path = join(dataFolder, fileName);
  writeFileSync(`${path}.new`, `${JSON.stringify(server)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** @returns null where no server has written it, or the last one ended in order */
export function readServerFile(dataFolder: string): ServerFile | null {
  try {
    return JSON.parse(readFileSync(join(dataFolder, fileName), "utf8")) as ServerFile;
  } catch {
    return null;
  }
}

export function removeServerFile(dataFolder: string): Promise<void> {
  if (readServerFile(dataFolder)?.pid === process.pid) rmSync(join(dataFolder, fileName), { force: true });
  return Promise.resolve();
}

/** Does the server answer that wrote the file? A pid alone may be another program's by now. */
export async function isServerAlive({ url }: ServerFile): Promise<boolean> {
  try {
    const response = await fetch(`${url}/api/v1/status`, { signal: AbortSignal.timeout(2_000) });
    return response.ok;
  } catch {
    return false;
  }
}
