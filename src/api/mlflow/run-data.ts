/** What MLflow's clients log to a run: metrics, parameters, tags, datasets, models. */
import { transaction } from "../../store/index.ts";
import {
  deleteRunTag,
  getRun,
  logBatch,
  logInputs,
  logOutputs,
  type DatasetInput,
  type Metric,
} from "../../tracking/index.ts";
import { done, endpoint, type Endpoint } from "./endpoint.ts";
import { invalidParameter } from "./errors.ts";
import { double, integer, message, repeated, required, text, withDefault, type Values } from "./fields.ts";
import { fromPairs } from "./forms.ts";
import { refOf } from "./runs.ts";

const runId = { run_id: required(text) };

const metricFields = {
  key: required(text),
  value: required(double),
  timestamp: required(integer),
  step: withDefault(integer, 0),
  model_id: text,
  dataset_name: text,
  dataset_digest: text,
};

const pair = { key: required(text), value: withDefault(text, "") };

const batchFields = {
  ...runId,
  metrics: repeated(message(metricFields)),
  params: repeated(message(pair)),
  tags: repeated(message(pair)),
};

const datasetFields = {
  tags: repeated(message({ key: required(text), value: required(text) })),
  dataset: required(
    message({
      name: required(text),
      digest: required(text),
      source_type: required(text),
      source: required(text),
      schema: text,
      profile: text,
    }),
  ),
};

export function runDataEndpoints(): Endpoint[] {
  return [
    endpoint("POST", "/mlflow/runs/log-metric", "contributor", { ...runId, ...metricFields }, async (call) => {
      await logBatch(call.database, { ...refOf(call), metrics: [toMetric(call.input)] });
      return done;
    }),
    endpoint("POST", "/mlflow/runs/log-parameter", "contributor", { ...runId, ...pair }, async (call) => {
      const { key, value } = call.input;
      await logBatch(call.database, { ...refOf(call), params: [{ key, value }] });
      return done;
    }),
    endpoint("POST", "/mlflow/runs/set-tag", "contributor", { ...runId, ...pair }, async (call) => {
      const { key, value } = call.input;
      await logBatch(call.database, { ...refOf(call), tags: { [key]: value } });
      return done;
    }),
    endpoint("POST", "/mlflow/runs/delete-tag", "contributor", { ...runId, key: required(text) }, async (call) => {
      await deleteRunTag(call.database, { ...refOf(call), key: call.input.key });
      return done;
    }),
    endpoint("POST", "/mlflow/runs/log-batch", "contributor", batchFields, async (call) => {
      const { metrics, params, tags } = call.input;
      checkSizes(call.input);
      await logBatch(call.database, {
        ...refOf(call),
        metrics: metrics.map(toMetric),
        params,
        tags: fromPairs(tags),
      });
      return done;
    }),
    ...modelEndpoints(),
  ];
}

function modelEndpoints(): Endpoint[] {
  return [
    endpoint(
      "POST",
      "/mlflow/runs/log-inputs",
      "contributor",
      {
        ...runId,
        datasets: repeated(message(datasetFields)),
        models: repeated(message({ model_id: required(text) })),
      },
      async (call) => {
        await logInputs(call.database, {
          ...refOf(call),
          datasets: call.input.datasets.map(toDataset),
          models: call.input.models.map(({ model_id: modelId }) => ({ modelId, step: 0 })),
        });
        return done;
      },
    ),
    endpoint(
      "POST",
      "/mlflow/runs/outputs",
      "contributor",
      { ...runId, models: required(repeated(message({ model_id: required(text), step: withDefault(integer, 0) }))) },
      async (call) => {
        await logOutputs(call.database, {
          ...refOf(call),
          models: call.input.models.map(({ model_id: modelId, step }) => ({ modelId, step })),
        });
        return done;
      },
    ),
    endpoint(
      "POST",
      "/mlflow/runs/log-model",
      "contributor",
      { ...runId, model_json: required(text) },
      async (call) => {
        const model = parseModel(call.input.model_json);
        await transaction(call.database, async (trx) => {
          const { tags } = await getRun(trx, refOf(call));
          const history = [...parseHistory(tags[historyTag]), model];
          await logBatch(trx, { ...refOf(call), tags: { [historyTag]: JSON.stringify(history) } });
        });
        return done;
      },
    ),
  ];
}

function toMetric(metric: Values<typeof metricFields>): Metric {
  const { key, value, timestamp, step, model_id: modelId, dataset_name: name, dataset_digest: digest } = metric;
  return {
    key,
    value,
    timestamp,
    step,
    ...(modelId && { modelId }),
    ...(name && { datasetName: name }),
    ...(digest && { datasetDigest: digest }),
  };
}

function toDataset({ tags, dataset }: Values<typeof datasetFields>): DatasetInput {
  const { name, digest, source_type: sourceType, source, schema = null, profile = null } = dataset;
  return { name, digest, sourceType, source, schema, profile, tags: fromPairs(tags) };
}

/** What a batch holds at most; MLflow's clients split theirs accordingly. */
const most = { metrics: 1000, params: 100, tags: 100, all: 1000 };

function checkSizes({ metrics, params, tags }: Pick<Values<typeof batchFields>, "metrics" | "params" | "tags">): void {
  const counts: readonly (readonly [name: string, count: number, limit: number])[] = [
    ["metrics", metrics.length, most.metrics],
    ["params", params.length, most.params],
    ["tags", tags.length, most.tags],
    ["metrics, params, and tags", metrics.length + params.length + tags.length, most.all],
  ];
  for (const [name, count, limit] of counts) {
    if (count <= limit) continue;
    throw invalidParameter(
      `A batch logging request can contain at most ${limit} ${name}. Got ${count} ${name}. Please split up ${name} across multiple requests and try again.`,
    );
  }
}

/** Where clients of MLflow 2 keep what they logged. */
const historyTag = "mlflow.log-model.history";

function parseModel(json: string): Readonly<Record<string, unknown>> {
  const model = parseJson(json);
  if (typeof model !== "object" || model === null || Array.isArray(model)) {
    throw invalidParameter(`Malformed model info. \n ${json} \n is not a valid JSON.`);
  }
  const missing = ["artifact_path", "flavors", "utc_time_created", "run_id"].filter(
    (name) => !Object.hasOwn(model, name),
  );
  if (missing.length === 0) return model as Record<string, unknown>;
  const names = missing.map((name) => `'${name}'`).join(", ");
  throw invalidParameter(`Model json is missing mandatory fields: {${names}}`);
}

function parseHistory(tag: string | undefined): unknown[] {
  const history = parseJson(tag ?? "[]");
  return Array.isArray(history) ? (history as unknown[]) : [];
}

function parseJson(text_: string): unknown {
  try {
    return JSON.parse(text_) as unknown;
  } catch {
    return undefined;
  }
}
