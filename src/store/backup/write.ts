/** Database and artifacts into one file, while runs go on. */
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { finished, pipeline } from "node:stream/promises";
import { pack, type Pack } from "tar-stream";
import { slipwayVersion } from "../../base/index.ts";
import type { ArtifactStore } from "../artifacts/index.ts";
import { newestMigration } from "../migrations/index.ts";
import { backupDatabase } from "../postgres/backup/write.ts";
import { artifactFolder, databaseName, endName, headName, keyName, type BackupEnd, type BackupHead } from "./layout.ts";

export interface BackupSource {
  /** postgresql:// */
  readonly databaseUrl: string;
  readonly artifacts: ArtifactStore;
  /** File of the key that credentials are encrypted with; null where there is none. */
  readonly keyFile: string | null;
}

export interface BackupReport extends BackupEnd {
  readonly rows: number;
}

/**
 * Writes the backup to `file`, which nobody else may read: it holds everything. The rows are those of one moment, with
 * every artifact that they refer to.
 * @param onProgress is told the bytes of artifacts that were written
 */
export async function writeBackup(
  source: BackupSource,
  file: string,
  onProgress: (bytes: number) => void = () => {},
): Promise<BackupReport> {
  const folder = mkdtempSync(join(dirname(file), ".slipway-backup-"));
  try {
    const dump = join(folder, databaseName);
    const output = createWriteStream(dump, { mode: 0o600 });
    const { rows } = await backupDatabase(source.databaseUrl, output);
    output.end();
    await finished(output);
    const tar = pack();
    const written = pipeline(tar, createWriteStream(file, { mode: 0o600 }));
    const filled = fill(tar, source, dump, onProgress);
    await Promise.all([filled, written]);
    return { rows, ...(await filled) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(
  tar: Pack,
  { artifacts, keyFile }: BackupSource,
  dump: string,
  onProgress: (bytes: number) => void,
): Promise<BackupEnd> {
  const head: BackupHead = {
    format: 1,
    createdAt: new Date().toISOString(),
    slipway: slipwayVersion(),
    migration: newestMigration,
  };
  tar.entry({ name: headName }, JSON.stringify(head));
  if (keyFile !== null) tar.entry({ name: keyName }, readFileSync(keyFile));
  await pipeline(createReadStream(dump), tar.entry({ name: databaseName, size: statSync(dump).size }));
  let count = 0;
  let bytes = 0;
  for await (const { sha256, size } of artifacts.list()) {
    await pipeline(await artifacts.read(sha256), tar.entry({ name: artifactFolder + sha256, size }));
    count++;
    bytes += size;
    onProgress(bytes);
  }
  const end: BackupEnd = { artifacts: count, bytes };
  tar.entry({ name: endName }, JSON.stringify(end));
  tar.finalize();
  return end;
}
