/**
 * Events as CloudEvents 1.0 (https://github.com/cloudevents/spec, JSON format), in the shape in which Azure Machine
 * Learning publishes its own (https://learn.microsoft.com/azure/event-grid/event-schema-machine-learning).
 */
import { readEvents, refusePurgedCursor, type EventCursor, type Queryable, type StoredEvent } from "../store/index.ts";

export interface CloudEvent {
  readonly specversion: "1.0";
  /** Unique for the source: the same event has the same id wherever and however often it is sent. */
  readonly id: string;
  /** Who tells of it: the workspace's address, "/api/v1/workspaces/default" as a rule. */
  readonly source: string;
  readonly type: string;
  /** As in our own events: "model/bank/3". */
  readonly subject: string;
  /** RFC 3339, UTC. */
  readonly time: string;
  readonly datacontenttype: "application/json";
  readonly data: Readonly<Record<string, unknown>>;
}

const azure = "Microsoft.MachineLearningServices";
const own = "dev.slipway";

interface Translation {
  readonly type: string;
  readonly data: (data: Data) => Record<string, unknown>;
}

type Data = Readonly<Record<string, unknown>>;

/** Our types that Azure has too. */
const translations: Readonly<Record<string, Translation>> = {
  "model.version.created": { type: "ModelRegistered", data: modelRegistered },
  "deployment.created": { type: "ModelDeployed", data: modelDeployed },
  "run.completed": { type: "RunCompleted", data: runData },
  "run.updated": { type: "RunStatusChanged", data: runStatusData },
  "drift.detected": { type: "DatasetDriftDetected", data: datasetDriftDetected },
};

/** @param source what stands as the event's source */
export function toCloudEvent(event: StoredEvent, { source }: { readonly source: string }): CloudEvent {
  const { cursor, subject, at, data } = event;
  const translation = translationOf(event);
  return {
    specversion: "1.0",
    id: cursor,
    source,
    type: cloudType(event),
    subject,
    time: at.toISOString(),
    datacontenttype: "application/json",
    data: translation === undefined ? data : translation.data(data),
  };
}

/**
 * Is an event of one of these types? A type is the event's own ("model.version.created"), the one that it has as a
 * CloudEvent, or a beginning of either with ".*" after it ("model.*"). No types: all are.
 */
export function isOfType(event: StoredEvent, types: readonly string[]): boolean {
  if (types.length === 0) return true;
  const names = [event.type, cloudType(event)];
  return types.some((type) =>
    type.endsWith(".*") ? names.some((name) => name.startsWith(type.slice(0, -1))) : names.includes(type),
  );
}

/** Tells a webhook something that is meant for it, whatever types it wants besides. */
export const notificationType = "pipeline.notified";

export function isAddressedTo({ type, data }: Pick<StoredEvent, "type" | "data">, webhook: string): boolean {
  return type === notificationType && data["webhook"] === webhook;
}

function cloudType(event: StoredEvent): string {
  const translation = translationOf(event);
  return translation === undefined ? `${own}.${event.type}` : `${azure}.${translation.type}`;
}

/** Who tells of a workspace's events. */
export async function eventSource(database: Queryable, workspaceId: string): Promise<string> {
  const { name } = await database
    .selectFrom("workspaces")
    .select("name")
    .where("id", "=", workspaceId)
    .executeTakeFirstOrThrow();
  return `/api/v1/workspaces/${name}`;
}

/** Events that one call looks at, so that a rare type does not make it read the whole log. */
const mostLookedAt = 5_000;
const batch = 500;

export interface CloudEventPage {
  readonly items: CloudEvent[];
  /** Where to go on, also where nothing is there yet; null before the first event. */
  readonly cursor: EventCursor | null;
  /** There is more already. */
  readonly more: boolean;
}

/**
 * A workspace's events from a cursor on, oldest first.
 * @param types as in isOfType
 * @throws SLW_EVENT_CURSOR where those after the cursor are not kept any more
 */
export async function readCloudEvents(
  database: Queryable,
  input: {
    readonly workspaceId: string;
    readonly after: EventCursor | null;
    readonly types: readonly string[];
    readonly limit: number;
  },
): Promise<CloudEventPage> {
  const { workspaceId, types, limit } = input;
  if (input.after !== null) await refusePurgedCursor(database, workspaceId, input.after);
  const source = await eventSource(database, workspaceId);
  const items: CloudEvent[] = [];
  let cursor = input.after;
  for (let looked = 0; looked < mostLookedAt; looked += batch) {
    const events = await readEvents(database, { workspaceId, after: cursor, limit: batch });
    for (const event of events) {
      if (items.length === limit) return { items, cursor, more: true };
      if (isOfType(event, types)) items.push(toCloudEvent(event, { source }));
      ({ cursor } = event);
    }
    if (events.length < batch) return { items, cursor, more: false };
  }
  return { items, cursor, more: true };
}

/** Of the changes of a run only those of its status are Azure's: its good end, or any other. */
function translationOf({ type, data }: StoredEvent): Translation | undefined {
  const { status, previousStatus } = data;
  if (type === "run.updated" && (status === undefined || status === previousStatus)) return undefined;
  const key = type === "run.updated" && status === "FINISHED" ? "run.completed" : type;
  return Object.hasOwn(translations, key) ? translations[key] : undefined;
}

function modelRegistered(data: Data): Record<string, unknown> {
  const { model, version, tags, ...properties } = data;
  return { ModelName: model, ModelVersion: String(version), ModelTags: tags ?? {}, ModelProperties: properties };
}

function modelDeployed(data: Data): Record<string, unknown> {
  const { endpoint, deployment, compute, models, tags, ...properties } = data;
  return {
    ServiceName: endpoint ?? deployment ?? null,
    ServiceComputeType: compute ?? "local",
    ServiceTags: tags ?? {},
    ServiceProperties: properties,
    ModelIds: Array.isArray(models) ? models.join(",") : (models ?? null),
  };
}

function runData(data: Data): Record<string, unknown> {
  const { runId, id, experiment, experimentName, kind, tags, ...properties } = data;
  return {
    ExperimentId: experiment === undefined ? null : String(experiment),
    ExperimentName: experimentName ?? null,
    RunId: runId ?? id ?? null,
    RunType: kind ?? null,
    RunTags: tags ?? {},
    RunProperties: properties,
  };
}

function runStatusData(data: Data): Record<string, unknown> {
  return { ...runData(data), RunStatus: azureStatus(data["status"]) };
}

const azureStatuses: Readonly<Record<string, string>> = {
  QUEUED: "Queued",
  SCHEDULED: "Starting",
  RUNNING: "Running",
  FINISHED: "Completed",
  FAILED: "Failed",
  KILLED: "Canceled",
};

function azureStatus(status: unknown): unknown {
  return typeof status === "string" && Object.hasOwn(azureStatuses, status) ? azureStatuses[status] : (status ?? null);
}

function datasetDriftDetected(data: Data): Record<string, unknown> {
  const { monitor, monitorId, baseline, target, coefficient, from, to } = data;
  return {
    DataDriftId: monitorId ?? null,
    DataDriftName: monitor ?? null,
    BaseDatasetId: baseline ?? null,
    TargetDatasetId: target ?? null,
    DriftCoefficient: coefficient ?? null,
    StartTime: from ?? null,
    EndTime: to ?? null,
  };
}
