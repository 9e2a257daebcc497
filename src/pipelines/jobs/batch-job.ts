/** Batch scoring on a worker: from a dataset version to another with predictions, going on where an earlier attempt was. */
import { mkdir, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { makeTemporaryFolder, removeLeftFolders, SlipwayError } from "../../base/index.ts";
import type { JobContext, JobResult } from "../../compute/index.ts";
import { loadEndpoints } from "../../serving/index.ts";
import type { ArtifactStore } from "../../store/index.ts";
import { appendRunLog, logBatch } from "../../tracking/index.ts";
import { dropBlocks, openBlockKeeper, rowsOf, type KeptBlock } from "./batch-blocks.ts";
import { createOutput } from "./batch-output.ts";
import { planBlocks } from "./batch-plan.ts";
import { outputTag, type BatchSpec } from "./batch-spec.ts";
import { scoreBlocks } from "./batch-threads.ts";
import { withLocalTables } from "./local-table.ts";

export interface BatchServices {
  readonly artifacts: ArtifactStore;
  /** Python environments of the machine; null for none that last. */
  readonly environmentsFolder: string | null;
}

export async function runBatchJob(context: JobContext, services: BatchServices): Promise<JobResult> {
  const folder = await makeTemporaryFolder("slipway-batch-");
  // Nobody waits for what batches that were killed left there.
  void removeLeftFolders("slipway-batch-");
  try {
    return await runInFolder(context, services, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runInFolder(context: JobContext, services: BatchServices, folder: string): Promise<JobResult> {
  const { job, signal, hold } = context;
  const { data } = job.spec as unknown as BatchSpec;
  const run = { workspaceId: job.workspaceId, runId: job.runId };
  const blocks = await scoreAll(context, services, folder);
  if (blocks === null || signal.aborted) {
    return { state: "KILLED", reason: "cancelled; the blocks that were scored are kept for: slipway runs resume" };
  }
  checkRows(data, blocks);
  const version = await createOutput(context, services.artifacts, blocks, folder);
  const name = `${version.dataset}/${version.version}`;
  await hold(async (trx) => {
    await logBatch(trx, { ...run, tags: { [outputTag]: name } });
    await appendRunLog(trx, { ...run, text: `${version.rows} rows are in ${name}\n` });
  });
  return { state: "FINISHED", reason: null, last: (trx) => dropBlocks(trx, run) };
}

/** @returns all blocks in their order; null where somebody cancelled the run */
async function scoreAll(
  context: JobContext,
  { artifacts, environmentsFolder }: BatchServices,
  folder: string,
): Promise<KeptBlock[] | null> {
  const { job, database, signal, memoryLimit } = context;
  const spec = job.spec as unknown as BatchSpec;
  const { model, data, method, keepInputs, output } = spec;
  const models = join(folder, "models");
  await mkdir(models);
  const { stageModel } = await loadEndpoints();
  await stageModel({ database, artifacts }, models, { versionId: model.versionId, model });
  return withLocalTables(artifacts, [data], async ([table]) => {
    const source = { path: table?.path ?? "", data, temporaryFolder: folder };
    const { blocks, ...header } = await planBlocks(source);
    const keeper = await openBlockKeeper(context, artifacts);
    const left = blocks.filter(({ index }) => !keeper.kept.has(index));
    await tellBeginning(context, blocks.length, blocks.length - left.length);
    await scoreBlocks(
      {
        ...source,
        ...header,
        model,
        modelFolder: join(models, model.versionId),
        method,
        keepInputs,
        // Decimal commas would not be read back; in Parquet numbers have no spelling.
        asSpelled: output.format === "csv" && data.dialect.decimal === ".",
        environmentsFolder,
      },
      left,
      { threads: threadsOf(spec), memoryLimit, signal, keep: keeper.keep },
    );
    if (signal.aborted) return null;
    return blocks.map(({ index }) => keeper.kept.get(index) as KeptBlock);
  });
}

/** A Python process takes all cores by itself, and as much memory as its model. */
function threadsOf({ threads, model }: BatchSpec): number {
  return model.kind === "mlflow" ? 1 : (threads ?? availableParallelism());
}

async function tellBeginning({ job, hold }: JobContext, blocks: number, kept: number): Promise<void> {
  const earlier = kept === 0 ? "" : `, ${kept} of them scored by an earlier attempt`;
  const text = `${blocks} block${blocks === 1 ? "" : "s"} of rows${earlier}\n`;
  await hold((trx) => appendRunLog(trx, { workspaceId: job.workspaceId, runId: job.runId, text }));
}

/** No row is lost: what came in goes out, but for lines that are no rows. */
function checkRows({ rows, reported, name }: BatchSpec["data"], blocks: readonly KeptBlock[]): void {
  const scored = rowsOf(blocks);
  const blank = blocks.reduce((sum, { summary }) => sum + summary.reported, 0);
  if (scored === rows && blank === reported) return;
  throw new SlipwayError(
    "SLW_INTERNAL",
    `${name} has ${rows} rows and ${reported} lines that are none; ${scored} and ${blank} were read.`,
  );
}
