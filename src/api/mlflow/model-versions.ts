/** MLflow's model versions. */
import { newId, SlipwayError } from "../../base/index.ts";
import { transaction, type Queryable } from "../../store/index.ts";
import {
  createVersion,
  deleteVersion,
  findVersion,
  inspectFiles,
  listVersionFiles,
  searchVersions,
  transitionStage,
  updateVersion,
  type ModelContents,
  type ModelVersionDetails,
  type VersionRef,
} from "../../registry/index.ts";
import { getLoggedModel, getRun, setLoggedModelTags, type LoggedModel } from "../../tracking/index.ts";
import { joinPath, proxiedPath, safeFilePath } from "./artifact-path.ts";
import { findPlace, openFile, readArtifact } from "./artifact-store.ts";
import { done, endpoint, type Endpoint, type MlflowCall } from "./endpoint.ts";
import { invalidParameter } from "./errors.ts";
import { bool, checked, integer, message, repeated, required, text, withDefault } from "./fields.ts";
import { fromPairs } from "./forms.ts";
import { versionNumber } from "./ids.ts";
import { downloadUri, findSource, parseSource, type SourceFiles } from "./model-source.ts";
import { toVersion } from "./model-version-form.ts";
import { toStage } from "./registered-models.ts";

const version = { name: required(text), version: required(text) };

/** Versions of a page; MLflow takes numbers up to 200,000. */
const mostAtOnce = 5000;

const searchFields = {
  filter: withDefault(text, ""),
  max_results: checked(withDefault(integer, 10_000), (value) => (value >= 1 && value <= 200_000 ? null : "")),
  order_by: repeated(text),
  page_token: withDefault(text, ""),
};

export function modelVersionEndpoints(): Endpoint[] {
  return [
    endpoint("POST", "/mlflow/model-versions/create", "contributor", createFields, create),
    endpoint("GET", "/mlflow/model-versions/get", "reader", version, async (call) => ({
      model_version: toVersion(await findVersion(call.database, refOf(call))),
    })),
    endpoint("GET", "/mlflow/model-versions/search", "reader", searchFields, async (call) => {
      const { filter, max_results: maxResults, order_by: orderBy, page_token: token } = call.input;
      const page = await searchVersions(call.database, {
        workspaceId: call.workspace.id,
        filter,
        orderBy,
        maxResults: Math.min(maxResults, mostAtOnce),
        pageToken: token || undefined,
      });
      return { model_versions: page.items.map(toVersion), next_page_token: page.nextPageToken };
    }),
    endpoint("GET", "/mlflow/model-versions/get-download-uri", "reader", version, async (call) => ({
      artifact_uri: await downloadUri(call, { model: call.input.name, version: refOf(call).version }),
    })),
    // Twice, since MLflow's server also takes a second slash at the beginning.
    ...["/model-versions/get-artifact", "//model-versions/get-artifact"].map((path) =>
      endpoint("GET", path, "reader", { ...version, path: required(text) }, readFile, { atRoot: true }),
    ),
    ...changes(),
    ...tagEndpoints(),
  ];
}

function changes(): Endpoint[] {
  return [
    endpoint(
      "PATCH",
      "/mlflow/model-versions/update",
      "contributor",
      { ...version, description: text },
      async (call) => {
        const { description } = call.input;
        return {
          model_version: toVersion(await updateVersion(call.database, { ...changeOf(call), changes: { description } })),
        };
      },
    ),
    endpoint(
      "POST",
      "/mlflow/model-versions/transition-stage",
      "contributor",
      { ...version, stage: required(text), archive_existing_versions: withDefault(bool, false) },
      async (call) => {
        const stage = toStage(call.input.stage);
        const archiveExisting = call.input.archive_existing_versions;
        const moved = await transitionStage(call.database, { ...changeOf(call), stage, archiveExisting });
        return { model_version: toVersion(moved) };
      },
    ),
    endpoint("DELETE", "/mlflow/model-versions/delete", "contributor", version, async (call) => {
      await deleteVersion(call.database, changeOf(call));
      return done;
    }),
  ];
}

function tagEndpoints(): Endpoint[] {
  return [
    endpoint(
      "POST",
      "/mlflow/model-versions/set-tag",
      "contributor",
      { ...version, key: required(text), value: withDefault(text, "") },
      async (call) => {
        const tags = { [call.input.key]: call.input.value };
        await updateVersion(call.database, { ...changeOf(call), changes: { tags } });
        return done;
      },
    ),
    endpoint(
      "DELETE",
      "/mlflow/model-versions/delete-tag",
      "contributor",
      { ...version, key: required(text) },
      async (call) => {
        await updateVersion(call.database, { ...changeOf(call), changes: { tags: { [call.input.key]: null } } });
        return done;
      },
    ),
  ];
}

type VersionCall = Pick<MlflowCall<typeof version>, "workspace" | "actor" | "input">;

function refOf({ workspace, input }: VersionCall): VersionRef {
  return { workspaceId: workspace.id, model: input.name, version: versionNumber(input.version, input.name) };
}

function changeOf(call: VersionCall): VersionRef & Pick<VersionCall, "actor"> {
  return { ...refOf(call), actor: call.actor };
}

/** From the version's own files; where it was registered before they were there, from where they are now. */
async function readFile(call: MlflowCall<typeof version & { path: ReturnType<typeof required<string>> }>) {
  const path = safeFilePath(call.input.path);
  const ref = refOf(call);
  const file = (await listVersionFiles(call.database, ref)).find((each) => each.path === path);
  if (file !== undefined) return { file: await openFile(call, file, path.slice(path.lastIndexOf("/") + 1)) };
  const root = proxiedPath(await downloadUri(call, ref));
  if (root === null) throw new SlipwayError("SLW_TRACKING_ARTIFACT", `The version has no file "${path}".`);
  return { file: await readArtifact(call, await findPlace(call, joinPath(root, path))) };
}

const createFields = {
  name: required(text),
  source: required(text),
  run_id: withDefault(text, ""),
  tags: repeated(message({ key: required(text), value: withDefault(text, "") })),
  run_link: withDefault(text, ""),
  description: withDefault(text, ""),
  model_id: withDefault(text, ""),
};

async function create(call: MlflowCall<typeof createFields>) {
  const { database, artifacts, workspace, actor, input } = call;
  const named = await findLoggedModel(call, input.model_id, input.source);
  const source = parseSource(input.source, named?.artifactUri ?? (await runArtifactUri(call, input.run_id)));
  const found = await findSource(call, source);
  const loggedModel = found.loggedModel ?? named;
  const contents = await contentsOf(artifacts, found);
  const made = await transaction(database, async (trx) => {
    const created = await createVersion(trx, {
      id: newId(),
      workspaceId: workspace.id,
      model: input.name,
      actor,
      contents,
      files: found.files.map(({ path, sha256, size }) => ({ path, sha256, size })),
      source: {
        uri: input.source,
        runId: input.run_id || loggedModel?.sourceRunId || found.version?.source.runId || null,
        artifactPath: source.kind === "run" && source.path !== "" ? source.path : null,
        loggedModelId: loggedModel?.id ?? found.version?.source.loggedModelId ?? null,
        runLink: input.run_link || null,
      },
      description: input.description,
      tags: fromPairs(input.tags),
      params: loggedModel?.params,
    });
    // For a source models:/m-… without a model_id the client does it itself.
    if (named !== null) await tellLoggedModel({ ...call, database: trx }, named.id, created);
    return created;
  });
  return { model_version: toVersion(made) };
}

/** Null where there is no such run: clients may name one of another server. */
async function runArtifactUri(
  { database, workspace }: Pick<MlflowCall<never>, "database" | "workspace">,
  runId: string,
): Promise<string | null> {
  if (runId === "") return null;
  const run = await getRun(database, { workspaceId: workspace.id, runId }).catch((error: unknown) => {
    if (error instanceof SlipwayError && error.code === "SLW_TRACKING_RUN") return null;
    throw error;
  });
  return run?.artifactUri ?? null;
}

async function findLoggedModel(
  { database, workspace }: Pick<MlflowCall<never>, "database" | "workspace">,
  modelId: string,
  source: string,
): Promise<LoggedModel | null> {
  if (modelId === "") return null;
  return getLoggedModel(database, { workspaceId: workspace.id, modelId }).catch((error: unknown) => {
    if (!(error instanceof SlipwayError) || error.code !== "SLW_TRACKING_LOGGED_MODEL") throw error;
    throw invalidParameter(
      `Invalid model version source: '${source}'. The model_id request parameter must identify the resource that contains the source.`,
    );
  });
}

/** Files that are no model that we know are registered all the same: their client knows what they are. */
async function contentsOf(
  artifacts: MlflowCall<never>["artifacts"],
  { files, version: copied }: SourceFiles,
): Promise<ModelContents> {
  if (copied !== null) return copied.contents;
  if (!files.some(({ path }) => path === "MLmodel")) return unknownContents;
  return inspectFiles(artifacts, files);
}

const unknownContents: ModelContents = {
  kind: "mlflow",
  primaryPath: null,
  algorithm: "",
  task: null,
  target: null,
  inputs: [],
  outputs: [],
  members: [],
  metrics: {},
  primaryMetric: null,
  rowMicroseconds: null,
  particulars: {},
};

/** Where a logged model says which versions were made of it, in the spelling of Python's JSON. */
const versionsTag = "mlflow.modelVersions";

async function tellLoggedModel(
  { database, workspace, actor }: Pick<MlflowCall<never>, "workspace" | "actor"> & { readonly database: Queryable },
  modelId: string,
  { model, version: number }: ModelVersionDetails,
): Promise<void> {
  const ref = { workspaceId: workspace.id, modelId };
  const { tags } = await getLoggedModel(database, ref);
  const listed = (tags[versionsTag] ?? "[]").replace(/\]$/, "");
  const entry = `{"name": ${JSON.stringify(model)}, "version": ${number}}`;
  const value = `${listed}${listed === "[" ? "" : ", "}${entry}]`;
  await setLoggedModelTags(database, { ...ref, tags: { [versionsTag]: value }, actor });
}
