/** From the blocks that are scored to a dataset version: their lines one after the other, in the order of the rows. */
import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { idOf, SlipwayError } from "../../base/index.ts";
import type { JobContext } from "../../compute/index.ts";
import { formatCsvRow, loadDatasets, type DatasetVersionDetails } from "../../data/index.ts";
import type { ArtifactStore, StoredArtifact } from "../../store/index.ts";
import type { KeptBlock } from "./batch-blocks.ts";
import type { OutputColumn } from "./batch-messages.ts";
import { writeParquetFromLines } from "./batch-parquet.ts";
import type { BatchSpec } from "./batch-spec.ts";

/** @param blocks all, in their order @param folder for files on their way */
export async function createOutput(
  { job, database, signal }: JobContext,
  artifacts: ArtifactStore,
  blocks: readonly KeptBlock[],
  folder: string,
): Promise<DatasetVersionDetails> {
  const spec = job.spec as unknown as BatchSpec;
  const { dataset, format } = spec.output;
  const columns = mergeColumns(blocks);
  const file =
    format === "csv"
      ? await artifacts.put(Readable.from(csvOf(artifacts, columns, blocks)), { signal })
      : await putParquet(artifacts, { columns, blocks, folder, signal });
  const types = Object.fromEntries(columns.map(({ name, type }) => [name, type]));
  const { createVersion, createTableProcesses } = await loadDatasets();
  const processes = createTableProcesses({ temporaryFolder: join(folder, "tables") });
  const { version } = await createVersion(
    { database, artifacts, processes },
    {
      // The same in every attempt.
      id: idOf(`run/${job.runId}/output/${file.sha256}`),
      workspaceId: job.workspaceId,
      dataset,
      createDataset: true,
      // Nulls are written as nothing: every other text is meant.
      options: format === "csv" ? { types, delimiter: ",", header: true, nulls: [] } : { nulls: [] },
      file,
      fileName: `${dataset}.${format}`,
      source: {
        kind: "scored",
        dataset: spec.data.dataset,
        version: spec.data.version,
        model: spec.model.name,
        modelVersion: spec.model.version,
      },
      inputs: [spec.data.versionId],
      runId: job.runId,
    },
    job.actor,
    signal,
  );
  if (version.rows === spec.data.rows) return version;
  throw new SlipwayError("SLW_INTERNAL", `${spec.data.rows} rows were scored, but the output has ${version.rows}.`);
}

/** A column is text where it is in one block, and whole where it is in all. */
function mergeColumns(blocks: readonly KeptBlock[]): OutputColumn[] {
  const [first, ...others] = blocks.map(({ summary }) => summary.columns);
  return (first ?? []).map(({ name, type, whole }, index) => {
    const there = others.map((columns) => columns[index]);
    const same = there.every((column) => column?.type === type);
    return { name, type: same ? type : "string", whole: same && whole && there.every((column) => column?.whole) };
  });
}

async function* csvOf(
  artifacts: ArtifactStore,
  columns: readonly OutputColumn[],
  blocks: readonly KeptBlock[],
): AsyncGenerator<Uint8Array> {
  yield Buffer.from(formatCsvRow(columns.map(({ name }) => name)));
  for (const { sha256 } of blocks) yield* (await artifacts.read(sha256)) as AsyncIterable<Uint8Array>;
}

interface ParquetOutput {
  readonly columns: readonly OutputColumn[];
  readonly blocks: readonly KeptBlock[];
  readonly folder: string;
  readonly signal: AbortSignal;
}

async function putParquet(
  artifacts: ArtifactStore,
  { columns, blocks, folder, signal }: ParquetOutput,
): Promise<StoredArtifact> {
  const files: string[] = [];
  for (const { index, sha256 } of blocks) {
    const inPlace = await artifacts.localFile(sha256);
    const path = inPlace ?? join(folder, `lines-${index}`);
    if (inPlace === null) await pipeline(await artifacts.read(sha256), createWriteStream(path, { mode: 0o600 }));
    files.push(path);
  }
  const output = join(folder, "output.parquet");
  await writeParquetFromLines({ files, columns, output, temporaryFolder: folder }, signal);
  return artifacts.put(createReadStream(output), { signal });
}
