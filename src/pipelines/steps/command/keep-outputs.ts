/** From what a command wrote, once its files are in the artifact store, to the outputs of its step. */
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Transaction } from "kysely";
import { idOf } from "../../../base/index.ts";
import type { Job } from "../../../compute/index.ts";
import { loadDatasets } from "../../../data/index.ts";
import { inspectFiles } from "../../../registry/index.ts";
import type { ArtifactStore, Database, Tables } from "../../../store/index.ts";
import { putRunArtifact } from "../../../tracking/index.ts";
import type { CommandOutput, CommandStep, Scalar, StepOutputs, StepValue } from "../../../definition/index.ts";
import type { StepSpec } from "../types.ts";
import { outputError } from "./collect-outputs.ts";
import type { StoredFile } from "./store-files.ts";

/** What came back from a command: a text for a value, otherwise whether its files are one file or a folder of them. */
export type WrittenOutput = { readonly kind: "value"; readonly text: string } | { readonly kind: "file" | "folder" };

export interface WrittenOutputs {
  readonly outputs: Readonly<Record<string, WrittenOutput>>;
  readonly files: readonly StoredFile[];
}

export interface KeptOutputs {
  readonly outputs: StepOutputs;
  /** Writes the rows that refer to the files, in the transaction that ends the step. */
  readonly last: (transaction: Transaction<Tables>) => Promise<void>;
}

interface Keeping {
  readonly database: Database;
  readonly artifacts: ArtifactStore;
  readonly job: Pick<Job, "runId" | "workspaceId" | "actor" | "spec">;
  readonly signal: AbortSignal;
}

/** @throws SLW_STEP_OUTPUT, SLW_DATA_*, SLW_DATASET_*, SLW_REGISTRY_*, SLW_MODEL_* */
export async function keepOutputs(keeping: Keeping, written: WrittenOutputs): Promise<KeptOutputs> {
  const { step } = keeping.job.spec as unknown as StepSpec;
  const outputs: Record<string, StepValue> = {};
  for (const [name, output] of Object.entries((step as CommandStep).outputs ?? {})) {
    const found = written.outputs[name];
    if (found === undefined) throw outputError(name, "was not handed over.");
    const files = written.files.filter((file) => file.output === name);
    outputs[name] = await keepOutput(keeping, { name, output, found, files });
  }
  const { runId, workspaceId } = keeping.job;
  return {
    outputs,
    async last(trx) {
      for (const { output, path, sha256, size } of written.files) {
        await putRunArtifact(trx, { workspaceId, runId, path: artifactPath(output, path), sha256, size });
      }
    },
  };
}

/** Where it stands in the run's artifacts: beside, and never among, what the program logs itself. */
export function artifactPath(output: string, path?: string): string {
  return path === undefined ? `outputs/${output}` : `outputs/${output}/${path}`;
}

interface OneOutput {
  readonly name: string;
  readonly output: CommandOutput;
  readonly found: WrittenOutput;
  readonly files: readonly StoredFile[];
}

async function keepOutput(keeping: Keeping, { name, output, found, files }: OneOutput): Promise<StepValue> {
  if (found.kind === "value") return { type: "value", value: parseValue(found.text) };
  const [first] = files;
  if (first === undefined) throw outputError(name, "has no file.");
  if (output.type === "dataset") return keepDataset(keeping, { name, output, found, files: [first] });
  const { runId } = keeping.job;
  const isFolder = found.kind === "folder";
  const path = isFolder ? artifactPath(name) : artifactPath(name, first.path);
  const sha256 = isFolder ? folderSha256(files) : first.sha256;
  if (output.type !== "model") return { type: isFolder ? "folder" : "file", runId, path, sha256 };
  // Whether it is one is said here, and not by the step that registers it.
  await inspectFiles(keeping.artifacts, files);
  return { type: "model", runId, path, sha256 };
}

/** Of the lines "sha256  path", in the order of the paths, as sha256sum writes them. */
export function folderSha256(files: readonly Pick<StoredFile, "path" | "sha256">[]): string {
  const hash = createHash("sha256");
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  for (const { path, sha256 } of sorted) hash.update(`${sha256}  ${path}\n`);
  return hash.digest("hex");
}

/**
 * JSON that is a value is one; anything else, also numbers that would change (more digits than a double has), is text,
 * without the line end that most programs write.
 */
export function parseValue(text: string): null | Scalar | readonly Scalar[] {
  const plain = text.replace(/\r?\n$/, "");
  try {
    const value = JSON.parse(plain) as unknown;
    if (value === null || isScalar(value, plain)) return value;
    if (Array.isArray(value) && value.every((each) => isScalar(each))) return value as Scalar[];
  } catch {
    // Text.
  }
  return plain;
}

function isScalar(value: unknown, spelled?: string): value is Scalar {
  if (typeof value === "number") return Number.isFinite(value) && (spelled === undefined || isExact(value, spelled));
  return typeof value === "string" || typeof value === "boolean";
}

const isExact = (value: number, spelled: string): boolean =>
  !/^\s*-?\d+\s*$/.test(spelled) || Number.isSafeInteger(value);

async function keepDataset(keeping: Keeping, { name, output, files }: OneOutput): Promise<StepValue> {
  const { database, artifacts, job, signal } = keeping;
  const file = files[0] as StoredFile;
  const dataset = output.name ?? name;
  const { createVersion, createTableProcesses } = await loadDatasets();
  const folder = await mkdtemp(join(tmpdir(), "slipway-step-tables-"));
  try {
    const processes = createTableProcesses({ temporaryFolder: folder });
    const extension = (await isParquet(artifacts, file)) ? "parquet" : "csv";
    const { version } = await createVersion(
      { database, artifacts, processes },
      {
        // The same in every attempt.
        id: idOf(`run/${job.runId}/output/${name}/${file.sha256}`),
        workspaceId: job.workspaceId,
        dataset,
        createDataset: true,
        options: {},
        file,
        fileName: `${dataset}.${extension}`,
        source: { kind: "command", run: job.runId, step: (job.spec as unknown as StepSpec).name, output: name },
        inputs: await inputVersions(keeping),
        runId: job.runId,
      },
      job.actor,
      signal,
    );
    return { type: "dataset", dataset, version: version.version };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** By its first bytes (Apache Parquet, "File format"). */
async function isParquet(artifacts: ArtifactStore, { sha256, size }: StoredFile): Promise<boolean> {
  if (size < 12) return false;
  const bytes: Buffer[] = [];
  for await (const chunk of await artifacts.read(sha256, { start: 0, end: 4 })) bytes.push(chunk as Buffer);
  return Buffer.concat(bytes).toString("latin1") === "PAR1";
}

/** Ids of the dataset versions that the step read. */
async function inputVersions({ database, job }: Keeping): Promise<string[]> {
  const ids: string[] = [];
  const { getVersion } = await loadDatasets();
  const given = Object.values((job.spec as unknown as StepSpec).values);
  for (const value of given) {
    if (value.type !== "dataset") continue;
    const { dataset, version } = value;
    ids.push((await getVersion(database, { workspaceId: job.workspaceId, dataset, version })).id);
  }
  return [...new Set(ids)];
}
