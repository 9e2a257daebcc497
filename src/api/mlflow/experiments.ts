/** MLflow's experiments. */
import { resolve } from "node:path";
import {
  createExperiment,
  deleteExperiment,
  deleteExperimentTag,
  findExperimentByName,
  getExperiment,
  renameExperiment,
  restoreExperiment,
  searchDatasets,
  searchExperiments,
  setExperimentTags,
  type ExperimentRef,
} from "../../tracking/index.ts";
import { SlipwayError } from "../../base/index.ts";
import { done, endpoint, type Endpoint, type MlflowCall } from "./endpoint.ts";
import { invalidParameter } from "./errors.ts";
import { checked, enumeration, integer, message, repeated, required, text, withDefault } from "./fields.ts";
import { fromPairs, toExperiment } from "./forms.ts";
import { experimentNumber } from "./ids.ts";

const tag = message({ key: text, value: text });
const experimentId = { experiment_id: required(text) };

/** Which of active and deleted things a search is for. */
export const viewType = enumeration({ 1: "ACTIVE_ONLY", 2: "DELETED_ONLY", 3: "ALL" });
export const lifecycles = { ACTIVE_ONLY: "active", DELETED_ONLY: "deleted", ALL: "all" } as const;

/** What MLflow takes at most; a page has at most the second number. */
const mostExperiments = 50_000;
const mostAtOnce = 5000;
const mostDatasetExperiments = 20;

const searchFields = {
  max_results: checked(integer, (value) => {
    if (value < 1) return `Invalid value ${value} for parameter 'max_results' supplied. It must be a positive integer`;
    if (value <= mostExperiments) return null;
    return `Invalid value ${value} for parameter 'max_results' supplied. It must be at most ${mostExperiments}`;
  }),
  page_token: text,
  filter: text,
  order_by: repeated(text),
  view_type: withDefault(viewType, "ACTIVE_ONLY"),
};

export function experimentEndpoints(): Endpoint[] {
  return [
    endpoint(
      "POST",
      "/mlflow/experiments/create",
      "contributor",
      { name: required(text), artifact_location: text, tags: repeated(tag) },
      async ({ database, artifactRoot, workspace, actor, input }) => {
        const { name, artifact_location: location = "", tags } = input;
        const created = await createExperiment(database, {
          workspaceId: workspace.id,
          name,
          ...(location !== "" && { artifactLocation: checkLocation(location) }),
          ...(artifactRoot !== undefined && { artifactRoot }),
          tags: fromPairs(tags),
          actor,
        });
        return { experiment_id: String(created.number) };
      },
    ),
    endpoint("GET", "/mlflow/experiments/get", "reader", experimentId, async (call) => ({
      experiment: toExperiment(await getExperiment(call.database, refOf(call))),
    })),
    endpoint(
      "GET",
      "/mlflow/experiments/get-by-name",
      "reader",
      { experiment_name: required(text) },
      async ({ database, workspace, input: { experiment_name: name } }) => {
        const found = await findExperimentByName(database, { workspaceId: workspace.id, name });
        if (found) return { experiment: toExperiment(found) };
        throw new SlipwayError("SLW_TRACKING_EXPERIMENT", `Could not find experiment with name '${name}'`);
      },
    ),
    endpoint("GET", "/mlflow/experiments/search", "reader", searchFields, search),
    endpoint("POST", "/mlflow/experiments/search", "reader", searchFields, search),
    ...changes(),
    endpoint("POST", "/mlflow/experiments/search-datasets", "reader", datasetFields, listDatasets),
  ];
}

function changes(): Endpoint[] {
  return [
    endpoint("POST", "/mlflow/experiments/delete", "contributor", experimentId, async (call) => {
      await deleteExperiment(call.database, { ...refOf(call), actor: call.actor });
      return done;
    }),
    endpoint("POST", "/mlflow/experiments/restore", "contributor", experimentId, async (call) => {
      await restoreExperiment(call.database, { ...refOf(call), actor: call.actor });
      return done;
    }),
    endpoint(
      "POST",
      "/mlflow/experiments/update",
      "contributor",
      { ...experimentId, new_name: required(text) },
      async (call) => {
        await renameExperiment(call.database, { ...refOf(call), name: call.input.new_name, actor: call.actor });
        return done;
      },
    ),
    endpoint(
      "POST",
      "/mlflow/experiments/set-experiment-tag",
      "contributor",
      { ...experimentId, key: required(text), value: withDefault(text, "") },
      async (call) => {
        const { key, value } = call.input;
        await setExperimentTags(call.database, { ...refOf(call), tags: { [key]: value }, actor: call.actor });
        return done;
      },
    ),
    endpoint(
      "POST",
      "/mlflow/experiments/delete-experiment-tag",
      "contributor",
      { ...experimentId, key: required(text) },
      async (call) => {
        await deleteExperimentTag(call.database, { ...refOf(call), key: call.input.key, actor: call.actor });
        return done;
      },
    ),
  ];
}

function refOf({ workspace, input }: Pick<MlflowCall<typeof experimentId>, "workspace" | "input">): ExperimentRef {
  return { workspaceId: workspace.id, number: experimentNumber(input.experiment_id) };
}

const datasetFields = { experiment_ids: repeated(text) };

async function listDatasets({ database, workspace, input }: MlflowCall<typeof datasetFields>) {
  const { experiment_ids: ids } = input;
  if (ids.length === 0) throw invalidParameter("SearchDatasets request must specify at least one experiment_id.");
  if (ids.length > mostDatasetExperiments) {
    throw invalidParameter(
      `SearchDatasets request cannot specify more than ${mostDatasetExperiments} experiment_ids. Received ${ids.length} experiment_ids.`,
    );
  }
  const found = await searchDatasets(database, { workspaceId: workspace.id, experiments: ids.map(experimentNumber) });
  return {
    dataset_summaries: found.map(({ experiment, name, digest, context }) => ({
      experiment_id: String(experiment),
      name,
      digest,
      context: context ?? undefined,
    })),
  };
}

async function search({ database, workspace, input }: MlflowCall<typeof searchFields>) {
  const { filter, page_token: cursor, max_results: limit, order_by: orderBy, view_type: view } = input;
  if (limit === undefined) {
    throw invalidParameter("Invalid value 0 for parameter 'max_results' supplied. It must be a positive integer");
  }
  const page = await searchExperiments(database, {
    workspaceId: workspace.id,
    ...(filter !== undefined && { filter }),
    ...(orderBy.length > 0 && { orderBy }),
    ...(cursor !== undefined && cursor !== "" && { cursor }),
    lifecycle: lifecycles[view],
    limit: Math.min(limit, mostAtOnce),
  });
  return { experiments: page.items.map(toExperiment), next_page_token: page.nextCursor };
}

/** Text only: the server reads and writes nothing there. Files are served for mlflow-artifacts: alone. */
function checkLocation(location: string): string {
  if (location.startsWith("runs:")) {
    throw invalidParameter(`Artifact location cannot be a runs:/ URI. Given: '${location}'`);
  }
  // A path: as MLflow's server has it, from the folder that the server runs in.
  return /^[a-z][a-z0-9+.-]*:/i.test(location) ? location : resolve(location);
}
