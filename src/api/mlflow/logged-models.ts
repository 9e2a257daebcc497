/** MLflow's logged models. */
import {
  createLoggedModel,
  deleteLoggedModel,
  deleteLoggedModelTag,
  finalizeLoggedModel,
  getLoggedModel,
  logLoggedModelParams,
  searchLoggedModels,
  setLoggedModelTags,
  type LoggedModel,
  type LoggedModelRef,
} from "../../tracking/index.ts";
import { joinPath, proxiedPath, safeFilePath, safePath } from "./artifact-path.ts";
import { listArtifacts, readArtifact, type Place } from "./artifact-store.ts";
import { done, endpoint, type Endpoint, type MlflowCall } from "./endpoint.ts";
import { invalidParameter } from "./errors.ts";
import { bool, checked, enumeration, integer, message, repeated, required, text, withDefault } from "./fields.ts";
import { fromPairs, pairs, toMetric, type Message } from "./forms.ts";
import { experimentNumber } from "./ids.ts";
import { toFile } from "./run-artifacts.ts";

const modelId = { model_id: required(text) };
const pair = message({ key: required(text), value: withDefault(text, "") });

const statuses = { 1: "LOGGED_MODEL_PENDING", 2: "LOGGED_MODEL_READY", 3: "LOGGED_MODEL_UPLOAD_FAILED" } as const;
const statusOf = {
  LOGGED_MODEL_PENDING: "PENDING",
  LOGGED_MODEL_READY: "READY",
  LOGGED_MODEL_UPLOAD_FAILED: "FAILED",
} as const;
const wireStatusOf = {
  PENDING: "LOGGED_MODEL_PENDING",
  READY: "LOGGED_MODEL_READY",
  FAILED: "LOGGED_MODEL_UPLOAD_FAILED",
} as const;

export function loggedModelEndpoints(): Endpoint[] {
  return [
    endpoint("POST", "/mlflow/logged-models", "contributor", createFields, create),
    endpoint("POST", "/mlflow/logged-models/search", "reader", searchFields, search),
    endpoint(
      "GET",
      "/mlflow/logged-models/{model_id}",
      "reader",
      { ...modelId, allow_deleted: withDefault(bool, false) },
      async (call) => {
        const ref = { ...refOf(call), deletedToo: call.input.allow_deleted };
        return { model: toModel(await getLoggedModel(call.database, ref)) };
      },
    ),
    endpoint(
      "PATCH",
      "/mlflow/logged-models/{model_id}",
      "contributor",
      { ...modelId, status: required(enumeration(statuses)) },
      async (call) => {
        const status = statusOf[call.input.status];
        return { model: toModel(await finalizeLoggedModel(call.database, { ...changeOf(call), status })) };
      },
    ),
    endpoint("DELETE", "/mlflow/logged-models/{model_id}", "contributor", modelId, async (call) => {
      await deleteLoggedModel(call.database, changeOf(call));
      return done;
    }),
    ...dataEndpoints(),
    ...fileEndpoints(),
  ];
}

function dataEndpoints(): Endpoint[] {
  return [
    endpoint(
      "PATCH",
      "/mlflow/logged-models/{model_id}/tags",
      "contributor",
      { ...modelId, tags: repeated(pair) },
      async (call) => {
        const tags = fromPairs(call.input.tags);
        return { model: toModel(await setLoggedModelTags(call.database, { ...changeOf(call), tags })) };
      },
    ),
    endpoint(
      "DELETE",
      "/mlflow/logged-models/{model_id}/tags/{tag_key}",
      "contributor",
      { ...modelId, tag_key: required(text) },
      async (call) => {
        await deleteLoggedModelTag(call.database, { ...changeOf(call), key: call.input.tag_key });
        return done;
      },
    ),
    endpoint(
      "POST",
      "/mlflow/logged-models/{model_id}/params",
      "contributor",
      { ...modelId, params: repeated(pair) },
      async (call) => {
        await logLoggedModelParams(call.database, { ...changeOf(call), params: fromPairs(call.input.params) });
        return done;
      },
    ),
  ];
}

function fileEndpoints(): Endpoint[] {
  return [
    endpoint(
      "GET",
      "/mlflow/logged-models/{model_id}/artifacts/directories",
      "reader",
      { ...modelId, artifact_directory_path: withDefault(text, ""), page_token: text },
      async (call) => {
        const folder = safePath(call.input.artifact_directory_path);
        const { artifactUri } = await getLoggedModel(call.database, refOf(call));
        const entries = await listArtifacts(call, filePlace(artifactUri, folder));
        return { root_uri: artifactUri, files: entries.map((entry) => toFile(entry, folder)) };
      },
    ),
    endpoint(
      "GET",
      "/mlflow/logged-models/{model_id}/artifacts/files",
      "reader",
      { ...modelId, artifact_file_path: required(text) },
      async (call) => {
        const path = safeFilePath(call.input.artifact_file_path);
        const { artifactUri } = await getLoggedModel(call.database, refOf(call));
        return { file: await readArtifact(call, filePlace(artifactUri, path)) };
      },
    ),
  ];
}

/** @throws SLW_MLFLOW_INPUT where the model's files are not with this server */
function filePlace(artifactUri: string, path: string): Place {
  const root = proxiedPath(artifactUri);
  if (root !== null) return { runId: null, path: joinPath(root, path) };
  throw invalidParameter(
    `The model's files are at '${artifactUri}', which this server does not read. Use a client that reaches that location.`,
  );
}

type ModelCall = Pick<MlflowCall<typeof modelId>, "workspace" | "actor" | "input">;

function refOf({ workspace, input }: ModelCall): LoggedModelRef {
  return { workspaceId: workspace.id, modelId: input.model_id };
}

function changeOf(call: ModelCall): LoggedModelRef & Pick<ModelCall, "actor"> {
  return { ...refOf(call), actor: call.actor };
}

const createFields = {
  experiment_id: required(text),
  name: withDefault(text, ""),
  model_type: withDefault(text, ""),
  source_run_id: withDefault(text, ""),
  params: repeated(pair),
  tags: repeated(pair),
};

async function create({ database, workspace, actor, input }: MlflowCall<typeof createFields>) {
  const model = await createLoggedModel(database, {
    workspaceId: workspace.id,
    experiment: experimentNumber(input.experiment_id),
    name: input.name || undefined,
    modelType: input.model_type || undefined,
    sourceRunId: input.source_run_id || undefined,
    params: fromPairs(input.params),
    tags: fromPairs(input.tags),
    actor,
  });
  return { model: toModel(model) };
}

/** Models of a page, each with all values of its metrics. */
const mostAtOnce = 1000;

const searchFields = {
  experiment_ids: required(repeated(text)),
  filter: withDefault(text, ""),
  datasets: repeated(message({ dataset_name: required(text), dataset_digest: withDefault(text, "") })),
  max_results: checked(withDefault(integer, 50), (value) => (value >= 1 ? null : "")),
  order_by: repeated(
    message({
      field_name: required(text),
      ascending: withDefault(bool, true),
      dataset_name: withDefault(text, ""),
      dataset_digest: withDefault(text, ""),
    }),
  ),
  page_token: withDefault(text, ""),
};

async function search({ database, workspace, input }: MlflowCall<typeof searchFields>) {
  const page = await searchLoggedModels(database, {
    workspaceId: workspace.id,
    experiments: input.experiment_ids.map(experimentNumber),
    filter: input.filter || undefined,
    datasets: input.datasets.map(toDataset),
    orderBy: input.order_by.map(({ field_name: field, ascending, ...dataset }) => ({
      field,
      descending: !ascending,
      ...(dataset.dataset_name !== "" && { dataset: toDataset(dataset) }),
    })),
    limit: Math.min(input.max_results, mostAtOnce),
    cursor: input.page_token || undefined,
  });
  return { models: page.items.map(toModel), next_page_token: page.nextCursor };
}

function toDataset({
  dataset_name: name,
  dataset_digest: digest,
}: {
  readonly dataset_name: string;
  readonly dataset_digest: string;
}) {
  return { name, digest: digest || undefined };
}

function toModel(model: LoggedModel): Message {
  return {
    info: {
      model_id: model.id,
      experiment_id: String(model.experiment),
      name: model.name,
      creation_timestamp_ms: model.createdAt.getTime(),
      last_updated_timestamp_ms: model.updatedAt.getTime(),
      artifact_uri: model.artifactUri,
      status: wireStatusOf[model.status],
      model_type: model.modelType ?? undefined,
      source_run_id: model.sourceRunId ?? undefined,
      tags: pairs(model.tags),
    },
    data: { params: pairs(model.params), metrics: model.metrics.map(toMetric) },
  };
}
