/** From the job of a command step to all that a machine without the database must know. */
import { SlipwayError } from "../../../base/index.ts";
import { issueRunToken } from "../../../access/index.ts";
import type { Job } from "../../../compute/index.ts";
import { loadDatasets } from "../../../data/index.ts";
import { findEnvironmentVersion, listVersionFiles, type EnvironmentSpec } from "../../../registry/index.ts";
import type { Database } from "../../../store/index.ts";
import { findRunArtifacts } from "../../../tracking/index.ts";
import type { CommandStep, Step, StepValue, Template } from "../../../definition/index.ts";
import type { StepSpec } from "../types.ts";
import type { CommandTask, TaskFile, TaskInput, TaskServer } from "./task.ts";

/** Seconds for what comes before and after the program itself. */
const slack = 3_600;

/** Seconds that the program of a step may take. */
export const timeoutOf = ({ timeout = 3_600 }: CommandStep): number => timeout;

/**
 * @param serverUrl null where it is not known
 * @throws SLW_STEP_*, and what its inputs and environment give where they are gone
 */
export async function describeTask(
  database: Database,
  job: Pick<Job, "runId" | "workspaceId" | "attempt" | "actor" | "spec">,
  serverUrl: string | null,
): Promise<CommandTask> {
  const { step: any, code, name, pipelineRun } = job.spec as unknown as StepSpec;
  const step = asCommand(any, name);
  const inputs = await describeInputs(database, job);
  const environment =
    typeof step.environment === "string" ? await findEnvironment(database, job.workspaceId, step.environment) : null;
  const server = serverUrl === null ? null : await describeServer(database, job, step, serverUrl);
  const { runId, attempt } = job;
  return { runId, attempt, pipelineRun, name, step, code: code?.files ?? [], inputs, environment, server };
}

function asCommand(step: Step, name: string): CommandStep {
  if (step.type === "command") return step;
  throw new SlipwayError("SLW_STEP_LOCAL", `The step "${name}" (${step.type}) runs on the local target only.`);
}

async function describeInputs(
  database: Database,
  { workspaceId, spec }: Pick<Job, "workspaceId" | "spec">,
): Promise<Record<string, TaskInput>> {
  const { step, values, name } = spec as unknown as StepSpec;
  const inputs: Record<string, TaskInput> = {};
  for (const [input, given] of Object.entries(asCommand(step, name).inputs ?? {})) {
    inputs[input] = await describeInput(database, workspaceId, values[`inputs.${input}`] ?? given);
  }
  return inputs;
}

/** sha256 of all files that the step is given. */
export async function filesOfTask(
  database: Database,
  job: Pick<Job, "workspaceId" | "spec">,
): Promise<ReadonlySet<string>> {
  const inputs = Object.values(await describeInputs(database, job));
  const code = (job.spec as unknown as StepSpec).code?.files ?? [];
  const given = inputs.flatMap((input) => (input.kind === "value" ? [] : input.files));
  return new Set([...code, ...given].map(({ sha256 }) => sha256));
}

async function describeInput(database: Database, workspaceId: string, given: StepValue | Template): Promise<TaskInput> {
  if (!isReference(given)) return { kind: "value", text: textOf(isValue(given) ? given.value : given) };
  switch (given.type) {
    case "dataset":
      return describeDataset(database, workspaceId, given);
    case "model_version": {
      const files = await listVersionFiles(database, { workspaceId, model: given.model, version: given.version });
      return { kind: "folder", files: files.map(toTaskFile) };
    }
    default:
      return describeArtifacts(database, workspaceId, given);
  }
}

type Reference = Exclude<StepValue, { type: "value" }>;

const isTyped = (given: StepValue | Template): given is StepValue =>
  typeof given === "object" &&
  given !== null &&
  !Array.isArray(given) &&
  typeof (given as { type?: unknown }).type === "string";

function isValue(given: StepValue | Template): given is Extract<StepValue, { type: "value" }> {
  return isTyped(given) && given.type === "value";
}

function isReference(given: StepValue | Template): given is Reference {
  return isTyped(given) && ["dataset", "model_version", "model", "file", "folder"].includes(given.type);
}

function textOf(value: Template): string {
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The file as it is stored. */
async function describeDataset(
  database: Database,
  workspaceId: string,
  { dataset, version }: Extract<StepValue, { type: "dataset" }>,
): Promise<TaskInput> {
  const { getVersion } = await loadDatasets();
  const { sha256, size, fileName } = await getVersion(database, { workspaceId, dataset, version });
  // Only what says how it is to be read: the name was somebody's.
  const extension = /\.(csv|tsv|parquet|txt)$/i.exec(fileName)?.[0].toLowerCase() ?? ".csv";
  return { kind: "file", files: [{ path: `${dataset}${extension}`, sha256, size }] };
}

/** One file, or all below the path of a folder. */
async function describeArtifacts(
  database: Database,
  workspaceId: string,
  { type, runId, path }: Extract<StepValue, { type: "model" | "file" | "folder" }>,
): Promise<TaskInput> {
  const folder = path === "." ? "" : path;
  const below = await findRunArtifacts(database, { workspaceId, runId, folder });
  if (below.length > 0) {
    const files = below.map((file) =>
      toTaskFile({ ...file, path: file.path.slice(folder === "" ? 0 : folder.length + 1) }),
    );
    return { kind: "folder", files };
  }
  const above = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
  const file = (await findRunArtifacts(database, { workspaceId, runId, folder: above })).find(
    (each) => each.path === path,
  );
  if (file !== undefined)
    return { kind: "file", files: [toTaskFile({ ...file, path: path.slice(path.lastIndexOf("/") + 1) })] };
  throw new SlipwayError("SLW_TRACKING_ARTIFACT", `The ${type} "${path}" of the run ${runId} is not there any more.`, {
    details: { runId, path },
  });
}

function toTaskFile({ path, sha256, size }: TaskFile): TaskFile {
  return { path, sha256, size };
}

/** @param reference "sklearn@2", or "sklearn" for the newest */
async function findEnvironment(database: Database, workspaceId: string, reference: string): Promise<EnvironmentSpec> {
  const [environment = "", version = "latest"] = reference.split("@");
  return (await findEnvironmentVersion(database, { workspaceId, environment }, version)).spec;
}

/** What it needs to tell the server something; the token is good while the attempt runs. */
async function describeServer(
  database: Database,
  { runId, workspaceId, attempt, actor }: Pick<Job, "runId" | "workspaceId" | "attempt" | "actor">,
  step: CommandStep,
  url: string,
): Promise<TaskServer> {
  const row = await database
    .selectFrom("runs")
    .innerJoin("experiments", "experiments.id", "runs.experiment_id")
    .innerJoin("workspaces", "workspaces.id", "runs.workspace_id")
    .where("runs.id", "=", runId)
    .select(["experiments.number as experiment", "workspaces.name as workspace"])
    .executeTakeFirstOrThrow();
  const expiresAt = new Date(Date.now() + (timeoutOf(step) + slack) * 1000);
  const { userId } = actor;
  const token =
    userId === null ? null : await issueRunToken(database, { userId, workspaceId, runId, attempt, expiresAt });
  return { ...row, url, token };
}
