/** Files of the artifact store on this machine. */
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { ArtifactStore } from "../../store/index.ts";
import type { LocalTable } from "./automl-messages.ts";
import type { TableRef } from "./automl-spec.ts";

/** The store's own files where it has them, otherwise copies for as long as `use` takes. */
export async function withLocalTables<T>(
  artifacts: ArtifactStore,
  refs: readonly (TableRef | null)[],
  use: (tables: readonly (LocalTable | null)[]) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-tables-"));
  try {
    const tables: (LocalTable | null)[] = [];
    for (const ref of refs) tables.push(ref && { ...ref, path: await localPath(artifacts, ref.sha256, folder) });
    return await use(tables);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function localPath(artifacts: ArtifactStore, sha256: string, folder: string): Promise<string> {
  const own = await artifacts.localFile(sha256);
  if (own !== null) return own;
  const copy = join(folder, sha256);
  await pipeline(await artifacts.read(sha256), createWriteStream(copy, { mode: 0o600 }));
  return copy;
}
