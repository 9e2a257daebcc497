/** MLflow's registered models with their tags and aliases. */
import { newId, SlipwayError } from "../../base/index.ts";
import {
  createModel,
  deleteAlias,
  deleteModel,
  findModel,
  latestVersions,
  latestVersionsByModel,
  modelStages,
  renameModel,
  resolveVersion,
  searchModels,
  setAlias,
  updateModel,
  type ModelRef,
  type ModelStage,
  type ModelVersion,
  type RegisteredModel,
} from "../../registry/index.ts";
import { done, endpoint, type Endpoint, type MlflowCall } from "./endpoint.ts";
import { invalidParameter } from "./errors.ts";
import { checked, integer, message, repeated, required, text, withDefault } from "./fields.ts";
import { fromPairs, pairs, type Message } from "./forms.ts";
import { versionNumber } from "./ids.ts";
import { toVersion } from "./model-version-form.ts";

const name = { name: required(text) };
const pair = message({ key: required(text), value: withDefault(text, "") });

const searchFields = {
  filter: withDefault(text, ""),
  max_results: checked(withDefault(integer, 100), (value) => (value >= 1 && value <= 1000 ? null : "")),
  order_by: repeated(text),
  page_token: withDefault(text, ""),
};

const latestFields = { ...name, stages: repeated(text) };

export function registeredModelEndpoints(): Endpoint[] {
  return [
    endpoint(
      "POST",
      "/mlflow/registered-models/create",
      "contributor",
      { ...name, tags: repeated(pair), description: text },
      async (call) => {
        const { description, tags } = call.input;
        const created = { ...changeOf(call), id: newId(), description, tags: fromPairs(tags) };
        return { registered_model: await toModel(call, await createModel(call.database, created)) };
      },
    ),
    endpoint("GET", "/mlflow/registered-models/get", "reader", name, async (call) => ({
      registered_model: await toModel(call, await findModel(call.database, refOf(call))),
    })),
    endpoint("GET", "/mlflow/registered-models/search", "reader", searchFields, async (call) => {
      const { filter, max_results: maxResults, order_by: orderBy, page_token: token } = call.input;
      const page = await searchModels(call.database, {
        workspaceId: call.workspace.id,
        filter,
        orderBy,
        maxResults,
        pageToken: token || undefined,
      });
      const names = page.items.filter(({ latestVersion }) => latestVersion !== null).map((model) => model.name);
      const versions = await latestVersionsByModel(call.database, { workspaceId: call.workspace.id, models: names });
      const models = page.items.map((model) => toMessage(model, versions.get(model.name) ?? []));
      return { registered_models: models, next_page_token: page.nextPageToken };
    }),
    endpoint("GET", "/mlflow/registered-models/get-latest-versions", "reader", latestFields, latest),
    endpoint("POST", "/mlflow/registered-models/get-latest-versions", "reader", latestFields, latest),
    ...changes(),
    ...tagEndpoints(),
    ...aliasEndpoints(),
  ];
}

function changes(): Endpoint[] {
  return [
    endpoint(
      "POST",
      "/mlflow/registered-models/rename",
      "contributor",
      { ...name, new_name: required(text) },
      async (call) => {
        const renamed = await renameModel(call.database, { ...changeOf(call), newName: call.input.new_name });
        return { registered_model: await toModel(call, renamed) };
      },
    ),
    endpoint(
      "PATCH",
      "/mlflow/registered-models/update",
      "contributor",
      { ...name, description: withDefault(text, "") },
      async (call) => {
        const { description } = call.input;
        const updated = await updateModel(call.database, { ...changeOf(call), changes: { description } });
        return { registered_model: await toModel(call, updated) };
      },
    ),
    endpoint("DELETE", "/mlflow/registered-models/delete", "contributor", name, async (call) => {
      await deleteModel(call.database, changeOf(call));
      return done;
    }),
  ];
}

function tagEndpoints(): Endpoint[] {
  return [
    endpoint(
      "POST",
      "/mlflow/registered-models/set-tag",
      "contributor",
      { ...name, key: required(text), value: withDefault(text, "") },
      async (call) => {
        const tags = { [call.input.key]: call.input.value };
        await updateModel(call.database, { ...changeOf(call), changes: { tags } });
        return done;
      },
    ),
    endpoint(
      "DELETE",
      "/mlflow/registered-models/delete-tag",
      "contributor",
      { ...name, key: required(text) },
      async (call) => {
        await updateModel(call.database, { ...changeOf(call), changes: { tags: { [call.input.key]: null } } });
        return done;
      },
    ),
  ];
}

const alias = { ...name, alias: required(text) };

function aliasEndpoints(): Endpoint[] {
  return [
    endpoint(
      "POST",
      "/mlflow/registered-models/alias",
      "contributor",
      { ...alias, version: required(text) },
      async (call) => {
        const version = versionNumber(call.input.version, call.input.name);
        await setAlias(call.database, { ...changeOf(call), version, alias: call.input.alias });
        return done;
      },
    ),
    endpoint("DELETE", "/mlflow/registered-models/alias", "contributor", alias, async (call) => {
      // Taking away what is not there is no error to MLflow.
      await deleteAlias(call.database, { ...changeOf(call), alias: call.input.alias }).catch((error: unknown) => {
        if (!isUnknownAlias(error)) throw error;
      });
      return done;
    }),
    endpoint("GET", "/mlflow/registered-models/alias", "reader", alias, async (call) => {
      const reference = call.input.alias;
      try {
        return { model_version: toVersion(await resolveVersion(call.database, { ...refOf(call), reference })) };
      } catch (error) {
        if (!isUnknownAlias(error)) throw error;
        throw invalidParameter(`Registered model alias ${reference} not found.`);
      }
    }),
  ];
}

function isUnknownAlias(error: unknown): boolean {
  return error instanceof SlipwayError && error.code === "SLW_REGISTRY_ALIAS_UNKNOWN";
}

type ModelCall = Pick<MlflowCall<typeof name>, "workspace" | "actor" | "input">;

function refOf({ workspace, input }: ModelCall): ModelRef {
  return { workspaceId: workspace.id, model: input.name };
}

function changeOf(call: ModelCall): ModelRef & Pick<ModelCall, "actor"> {
  return { ...refOf(call), actor: call.actor };
}

async function latest(call: MlflowCall<typeof latestFields>) {
  const stages = call.input.stages.map(toStage);
  const versions = await latestVersions(call.database, { ...refOf(call), stages });
  return { model_versions: versions.map(toVersion) };
}

/** In any case. @throws SLW_MLFLOW_INPUT */
export function toStage(stage: string): ModelStage {
  const found = modelStages.find((known) => known.toLowerCase() === stage.toLowerCase());
  if (found !== undefined) return found;
  throw invalidParameter(`Invalid Model Version stage: ${stage}. Value must be one of ${modelStages.join(", ")}.`);
}

async function toModel(
  { database, workspace }: Pick<MlflowCall<never>, "database" | "workspace">,
  model: RegisteredModel,
): Promise<Message> {
  const ref = { workspaceId: workspace.id, model: model.name };
  return toMessage(model, model.latestVersion === null ? [] : await latestVersions(database, ref));
}

function toMessage(model: RegisteredModel, versions: readonly ModelVersion[]): Message {
  return {
    name: model.name,
    creation_timestamp: model.createdAt.getTime(),
    last_updated_timestamp: model.updatedAt.getTime(),
    description: model.description || undefined,
    latest_versions: versions.map(toVersion),
    tags: pairs(model.tags),
    aliases: model.aliases.map((each) => ({ alias: each.alias, version: String(each.version) })),
  };
}
