/** Collected rows from the files of an endpoint's processes into the artifact store, each exactly once. */
import { createReadStream } from "node:fs";
import { unlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { idOf, type Log } from "../../base/index.ts";
import type { TableProcesses } from "../../data/index.ts";
import { loadRecords, type CollectedHeader } from "../../serving/index.ts";
import { transaction, type ArtifactStore, type Database, type StoredArtifact } from "../../store/index.ts";
import { runTask } from "./run-task.ts";

export interface CollectionServices {
  readonly database: Database;
  readonly artifacts: ArtifactStore;
  /** For files on their way. */
  readonly processes: Pick<TableProcesses, "withFolder">;
  readonly log: Log;
}

export interface CollectingEndpoint {
  readonly id: string;
  readonly name: string;
  /** Name. */
  readonly workspace: string;
  /** Of its collected rows. */
  readonly folder: string;
}

/** Bytes of lines that become one Parquet file. */
const partBytes = 40 * 1024 * 1024;

/**
 * Stores files that have ended, and removes them.
 * @param everything also what there is of files that are still written: the rest of them follows later
 */
export async function storeCollected(
  services: CollectionServices,
  endpoint: CollectingEndpoint,
  { everything, signal }: { readonly everything: boolean; readonly signal?: AbortSignal },
): Promise<void> {
  const { forgetFiles, isAbsent, isClosed, readPositions, spoolFiles } = await loadRecords();
  const files = await spoolFiles(endpoint.folder);
  const ref = { endpointId: endpoint.id, kind: "collected" } as const;
  const positions = await readPositions(services.database, ref);
  let failure: unknown = null;
  for (const file of files) {
    signal?.throwIfAborted();
    const path = join(endpoint.folder, file);
    try {
      // Asked before the rest is read: nothing is added after that.
      const closed = await isClosed(path);
      if (!closed && !everything) continue;
      await storeFile(services, endpoint, path, positions.get(file) ?? 0, signal);
      if (closed) await unlink(path);
    } catch (error) {
      signal?.throwIfAborted();
      // Otherwise another server has stored and removed it. One file that cannot be stored does not keep the others.
      if (!isAbsent(error)) failure ??= error;
    }
  }
  if (failure !== null) throw failure;
  if (positions.size > files.length) await forgetFiles(services.database, ref, files);
}

async function storeFile(
  services: CollectionServices,
  endpoint: CollectingEndpoint,
  path: string,
  known: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { collectedFormat, lineRange, readHeader } = await loadRecords();
  const header = await readHeader<CollectedHeader>(path);
  if (header === null) return;
  if ((header.format ?? 1) > collectedFormat) throw new Error(`${path} was written by a later Slipway`);
  for (let position = known; ;) {
    const { from, to, next } = await lineRange(path, position, partBytes);
    if (next === position) return;
    position = await storePart(services, { endpoint, path, header, position, from, to, next }, signal);
  }
}

interface Part {
  readonly endpoint: CollectingEndpoint;
  readonly path: string;
  readonly header: CollectedHeader;
  /** Bytes: where the file was read up to. */
  readonly position: number;
  readonly from: number;
  readonly to: number;
  readonly next: number;
}

/** @returns how far the file is read now: further than `next` where another server has done it */
function storePart(services: CollectionServices, part: Part, signal: AbortSignal | undefined): Promise<number> {
  return services.processes.withFolder(async (folder) => {
    const { endpoint, path, header, from, to } = part;
    const output = join(folder, "rows.parquet");
    const { rows, badLines } = await runTask(
      "store",
      { path, header, from, to, service: endpoint.name, output },
      signal,
    );
    if (badLines > 0) services.log.warn({ file: path, lines: badLines }, "lines of collected rows cannot be read");
    const stored = rows === 0 ? null : await services.artifacts.put(createReadStream(output));
    return commitPart(services.database, part, rows, stored);
  });
}

async function commitPart(
  database: Database,
  { endpoint, path, header, position, next }: Part,
  rows: number,
  stored: StoredArtifact | null,
): Promise<number> {
  const { lockPosition, movePosition } = await loadRecords();
  const file = basename(path);
  const ref = { endpointId: endpoint.id, kind: "collected", file } as const;
  return transaction(database, async (trx) => {
    const now = await lockPosition(trx, ref);
    if (now !== position) return now;
    if (stored !== null) {
      await trx
        .insertInto("collected_files")
        .values({
          id: idOf(`endpoint/${endpoint.id}/collected/${file}/${position}`),
          endpoint_id: endpoint.id,
          deployment: header.deployment,
          model: header.model,
          model_version: header.version,
          designation: header.designation,
          hour: new Date(header.hour),
          path: collectedPath(endpoint, header, `${basename(file, ".ndjson")}-${position}`),
          rows,
          sha256: stored.sha256,
          size: stored.size,
        })
        .execute();
    }
    await movePosition(trx, ref, next);
    return next;
  });
}

/** As Azure ML's data collector names its files, by day; the hour begins the name. */
function collectedPath({ workspace, name }: CollectingEndpoint, header: CollectedHeader, collection: string): string {
  const { model, version, designation, hour } = header;
  const [date = "", time = ""] = new Date(hour).toISOString().split("T");
  const folder = `/modeldata/${workspace}/${name}/${model}/${version}/${designation}/${date.replaceAll("-", "/")}`;
  return `${folder}/${time.slice(0, 2)}-${collection}.parquet`;
}
