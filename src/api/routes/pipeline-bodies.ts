/** Pipelines, their versions and runs as the API shows them. */
import type {
  Pipeline as PipelineBody,
  PipelineRun as PipelineRunBody,
  PipelineRunItem as PipelineRunItemBody,
  PipelineRunStep as StepBody,
  PipelineVersion as VersionBody,
  PipelineVersionDetails,
} from "../../contract/index.ts";
import type {
  Pipeline,
  PipelineRun,
  PipelineRunItem,
  PipelineRunStep,
  PipelineVersion,
  StepDecision,
} from "../../pipelines/index.ts";
import { toMetricValue } from "./run-bodies.ts";

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Where the client sees the server; the host was checked to be ours. */
export function publicUrl({ host }: Headers): string {
  return `http://${typeof host === "string" ? host : "127.0.0.1"}`;
}

/** The short address that starts a run. @param reference name, or id of a version */
export function submitUrl(url: string, workspace: string, reference: string): string {
  return `${url}/api/v1/workspaces/${encodeURIComponent(workspace)}/pipelines/${encodeURIComponent(reference)}/submit`;
}

export interface Place {
  readonly url: string;
  /** Name of the workspace. */
  readonly workspace: string;
}

export function toPipelineBody(pipeline: Pipeline, { url, workspace }: Place): PipelineBody {
  const { id, name, description, defaultVersion, latestVersion, status, archivedAt, createdBy } = pipeline;
  return {
    id,
    name,
    description,
    defaultVersion,
    latestVersion,
    status,
    endpoint: submitUrl(url, workspace, name),
    archived: archivedAt !== null,
    createdBy,
    createdAt: pipeline.createdAt.toISOString(),
    updatedAt: pipeline.updatedAt.toISOString(),
  };
}

export function toVersionBody(version: PipelineVersion, { url, workspace }: Place): VersionBody {
  const { id, name, status, isDefault, description, definition, createdBy, createdAt } = version;
  const { text: _, ...source } = definition.source ?? {};
  return {
    id,
    name,
    version: version.version,
    status,
    default: isDefault,
    endpoint: submitUrl(url, workspace, id),
    description,
    parameters: structuredClone(definition.parameters ?? {}) as VersionBody["parameters"],
    steps: Object.keys(definition.steps).length,
    source: Object.keys(source).length === 0 ? null : source,
    createdBy,
    createdAt: createdAt.toISOString(),
  };
}

export function toVersionDetails(version: PipelineVersion, place: Place): PipelineVersionDetails {
  const { source, ...definition } = version.definition;
  return {
    ...toVersionBody(version, place),
    definition: definition as unknown as Record<string, unknown>,
    text: source?.text ?? null,
  };
}

export function toRunItemBody({ scheduleId, counts, ...run }: PipelineRunItem): PipelineRunItemBody {
  return {
    ...run,
    schedule: scheduleId,
    steps: counts,
    createdAt: run.createdAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? null,
    endedAt: run.endedAt?.toISOString() ?? null,
  };
}

export function toRunBody(run: PipelineRun): PipelineRunBody {
  return {
    id: run.id,
    name: run.name,
    experiment: run.experiment,
    pipeline: run.definition.name,
    version: run.version?.version ?? null,
    versionId: run.version?.id ?? null,
    status: run.status,
    statusReason: run.statusReason,
    parameters: { ...run.parameters },
    reuse: run.reuse,
    continueOnStepFailure: run.continueOnStepFailure,
    cancelRequested: run.cancelRequested,
    schedule: run.scheduleId,
    parent: run.parent?.runId ?? null,
    outputs: run.outputs as PipelineRunBody["outputs"],
    steps: run.steps.map(toStepBody),
    user: run.user,
    createdAt: run.createdAt.toISOString(),
    startedAt: iso(run.startedAt),
    endedAt: iso(run.endedAt),
  };
}

const iso = (time: Date | null): string | null => time?.toISOString() ?? null;

/** What was asked, and of whom, stands in the definition. */
function toDecision({ decision, user = "", at = "", comment }: StepDecision): NonNullable<StepBody["decision"]> {
  return { decision: decision ?? "reject", user, at, ...(comment !== undefined && { comment }) };
}

function toStepBody(step: PipelineRunStep): StepBody {
  const metrics = Object.entries(step.metrics).map(([key, value]) => [key, toMetricValue(value)] as const);
  return {
    name: step.name,
    step: step.step,
    type: step.type,
    description: step.description,
    needs: [...step.needs],
    state: step.state,
    reason: step.reason,
    runId: step.runId,
    earlierRuns: [...step.earlierRuns],
    reusedFrom: step.reusedFrom,
    ...(step.item !== null && { item: step.item.value }),
    inputs: step.inputs.map((input) => ({ ...input })),
    outputs: step.outputs as StepBody["outputs"],
    metrics: Object.fromEntries(metrics),
    decision: step.decision?.decision === undefined ? null : toDecision(step.decision),
    attempt: step.attempt,
    exitCode: step.exitCode,
    signal: step.signal,
    cpuSeconds: step.cpuSeconds,
    peakMemory: step.peakMemory,
    queuedAt: iso(step.queuedAt),
    startedAt: iso(step.startedAt),
    endedAt: iso(step.endedAt),
  };
}
