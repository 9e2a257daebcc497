/** Blocks that are scored, kept as artifacts of the run until the output is there: a run that goes on does not score them again. */
import { text } from "node:stream/consumers";
import type { JobContext } from "../../compute/index.ts";
import type { ArtifactStore, StoredArtifact } from "../../store/index.ts";
import { deleteRunArtifact, findRunArtifacts, logBatch, putRunArtifact } from "../../tracking/index.ts";
import type { Block, BlockSummary } from "./batch-messages.ts";
import { blocksFolder } from "./batch-spec.ts";

export interface KeptBlock extends StoredArtifact {
  readonly index: number;
  readonly summary: BlockSummary;
}

export interface BlockKeeper {
  /** By their index. */
  readonly kept: ReadonlyMap<number, KeptBlock>;
  keep(block: Block, summary: BlockSummary, lines: Uint8Array): Promise<void>;
}

/** With the blocks of earlier attempts. */
export async function openBlockKeeper(context: JobContext, artifacts: ArtifactStore): Promise<BlockKeeper> {
  const { job, hold } = context;
  const run = { workspaceId: job.workspaceId, runId: job.runId };
  const kept = await findKept(context, artifacts);
  const began = performance.now();
  let scored = 0;
  return {
    kept,
    async keep({ index }, summary, lines) {
      const stored = await artifacts.put(lines);
      const described = await artifacts.put(new TextEncoder().encode(JSON.stringify(summary)));
      kept.set(index, { index, summary, ...stored });
      scored += summary.rows;
      const rate = scored / ((performance.now() - began) / 1000);
      const values = { rows: rowsOf(kept.values()), rows_per_second: Math.round(rate) };
      const [timestamp, step] = [Date.now(), kept.size];
      const metrics = Object.entries(values).map(([key, value]) => ({ key, value, timestamp, step }));
      await hold(async (trx) => {
        await putRunArtifact(trx, { ...run, path: pathOf(index, "csv"), ...stored });
        await putRunArtifact(trx, { ...run, path: pathOf(index, "json"), ...described });
        await logBatch(trx, { ...run, metrics });
      });
    },
  };
}

export function rowsOf(blocks: Iterable<KeptBlock>): number {
  return Array.from(blocks, ({ summary }) => summary.rows).reduce((sum, rows) => sum + rows, 0);
}

function pathOf(index: number, extension: "csv" | "json"): string {
  return `${blocksFolder}/${String(index).padStart(6, "0")}.${extension}`;
}

async function findKept({ job, database }: JobContext, artifacts: ArtifactStore): Promise<Map<number, KeptBlock>> {
  const run = { workspaceId: job.workspaceId, runId: job.runId };
  const found = await findRunArtifacts(database, { ...run, folder: blocksFolder });
  const byPath = new Map(found.map((file) => [file.path, file]));
  const kept = new Map<number, KeptBlock>();
  for (let index = 0; kept.size < found.length / 2; index++) {
    const lines = byPath.get(pathOf(index, "csv"));
    const described = byPath.get(pathOf(index, "json"));
    if (lines === undefined || described === undefined) continue;
    const summary = JSON.parse(await text(await artifacts.read(described.sha256))) as BlockSummary;
    kept.set(index, { index, summary, sha256: lines.sha256, size: lines.size });
  }
  return kept;
}

/** For the transaction that ends the job: the output has them all. */
export async function dropBlocks(
  trx: Parameters<Parameters<JobContext["hold"]>[0]>[0],
  run: { readonly workspaceId: string; readonly runId: string },
): Promise<void> {
  await deleteRunArtifact(trx, { ...run, path: blocksFolder });
}
