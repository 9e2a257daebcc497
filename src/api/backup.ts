/** `slipway backup` and `slipway restore`: with the server running or not. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { SlipwayError, type Log } from "../base/index.ts";
import {
  checkPostgres,
  claimOwnership,
  migrate,
  openArtifactStore,
  openDatabase,
  readBackup,
  secretKeyFile,
  settleRestored,
  startPostgres,
  writeBackup,
  type BackupReport,
} from "../store/index.ts";

export interface BackupOptions {
  readonly dataFolder: string;
  readonly databaseUrl?: string;
  readonly artifacts?: string;
  readonly file: string;
  readonly log: Log;
  /** Is told the bytes of artifacts so far. */
  readonly onProgress: (bytes: number) => void;
}

/** The embedded database is taken as it runs, or started for as long as it takes. */
export async function backup(options: BackupOptions): Promise<BackupReport> {
  const { dataFolder, log, file, onProgress } = options;
  if (options.databaseUrl === undefined && !existsSync(dataFolder)) {
    throw new SlipwayError("SLW_STORE_FOLDER", `There is no data folder ${dataFolder}.`, { details: { dataFolder } });
  }
  const database = await openPostgres(options, log);
  try {
    const artifacts = await openArtifactStore(options.artifacts ?? join(dataFolder, "artifacts"));
    const key = secretKeyFile(dataFolder);
    const source = { databaseUrl: database.url, artifacts, keyFile: existsSync(key) ? key : null };
    return await writeBackup(source, file, onProgress);
  } finally {
    await database.close();
  }
}

/** @throws SLW_STORE_RESTORE where there is something in the way, SLW_STORE_OWNED where a server runs */
export async function restore(options: BackupOptions): Promise<BackupReport & { readonly createdAt: string }> {
  const { dataFolder, log } = options;
  if (existsSync(dataFolder) && readdirSync(dataFolder).length > 0) {
    throw new SlipwayError("SLW_STORE_RESTORE", `The data folder ${dataFolder} is not empty.`, {
      details: { dataFolder },
    });
  }
  const postgres = await openPostgres(options, log);
  try {
    const ownership =
      options.databaseUrl === undefined ? await claimOwnership(postgres.url, { onLost: () => {} }) : null;
    const restored = await restoreInto(postgres.url, options);
    await ownership?.release();
    return restored;
  } finally {
    await postgres.close();
  }
}

async function restoreInto(
  databaseUrl: string,
  { dataFolder, artifacts: location, file, log, onProgress }: BackupOptions,
): Promise<BackupReport & { readonly createdAt: string }> {
  const database = openDatabase({ url: databaseUrl, applicationName: "slipway restore", log, statementTimeout: 0 });
  try {
    const target = {
      databaseUrl,
      migrate: (to: string) => migrate(database, to),
      artifacts: await openArtifactStore(location ?? join(dataFolder, "artifacts")),
      keyFile: secretKeyFile(dataFolder),
    };
    const { head, ...report } = await readBackup(file, target, onProgress);
    await migrate(database);
    await settleRestored(database);
    return { ...report, createdAt: head.createdAt };
  } finally {
    await database.destroy();
  }
}

async function openPostgres(
  { dataFolder, databaseUrl }: BackupOptions,
  log: Log,
): Promise<{ url: string; close(): Promise<void> }> {
  if (databaseUrl === undefined) return startPostgres({ dataFolder, log });
  await checkPostgres(databaseUrl);
  return { url: databaseUrl, close: () => Promise.resolve() };
}
