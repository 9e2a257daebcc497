/** Files of the artifact store where a process can open them. */
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { ArtifactStore } from "../../store/index.ts";
import type { TableProcesses } from "./process/run-task.ts";

/** Runs `work` with the path of the bytes: in place on disk; from elsewhere they are fetched for that time. */
export async function withLocalFile<T>(
  { artifacts, processes }: { readonly artifacts: ArtifactStore; readonly processes: TableProcesses },
  sha256: string,
  work: (path: string) => Promise<T>,
): Promise<T> {
  const inPlace = await artifacts.localFile(sha256);
  if (inPlace !== null) return work(inPlace);
  return processes.withFolder(async (folder) => {
    const path = join(folder, sha256);
    await pipeline(await artifacts.read(sha256), createWriteStream(path, { flags: "wx", mode: 0o600 }));
    return work(path);
  });
}
