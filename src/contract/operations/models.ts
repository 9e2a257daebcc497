/** The model registry: registered models and their versions. */
import { Type } from "typebox";
import { listQuery, pageOf } from "../list.ts";
import { operation } from "../operation.ts";
import {
  ModelFile,
  ModelKind,
  ModelUse,
  ModelVersion,
  ModelVersionChanges,
  ModelVersionComparison,
  ModelVersionDetails,
  NewModelVersion,
  NewRegisteredModel,
  RegisteredModel,
  RegisteredModelChanges,
  Stage,
  VersionStatus,
} from "./model-schemas.ts";

const workspace = "/api/v1/workspaces/{workspace}";
const models = `${workspace}/models`;
const model = `${models}/{model}` as const;
const version = `${model}/versions/{version}` as const;
const tag = "Models";
const closed = { additionalProperties: false } as const;

/** How a version is named in paths. */
const reference = 'VERSION is a number, "latest", "best", an alias, or a stage (its newest version).';

const versionFilter = {
  stage: Type.Optional(Stage),
  status: Type.Optional(VersionStatus),
  kind: Type.Optional(ModelKind),
};

export const modelOperations = {
  listModels: operation({
    method: "GET",
    path: models,
    summary: "List registered models; sort by name, created or updated",
    tag,
    access: "reader",
    query: Type.Object({
      ...listQuery,
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: "Part of the name, in any case." })),
      archived: Type.Optional(Type.Boolean({ default: false })),
      tags: Type.Optional(
        Type.Array(Type.String({ pattern: "^[^=]{1,250}=", maxLength: 5251 }), {
          maxItems: 20,
          description: "team=risk",
        }),
      ),
    }),
    result: pageOf(RegisteredModel),
  }),
  createModel: operation({
    method: "POST",
    path: models,
    summary: "Create a registered model without versions",
    tag,
    access: "contributor",
    body: NewRegisteredModel,
    status: 201,
    result: RegisteredModel,
    errors: [409],
  }),
  getModel: operation({
    method: "GET",
    path: model,
    summary: "Get a registered model",
    tag,
    access: "reader",
    result: RegisteredModel,
  }),
  updateModel: operation({
    method: "PATCH",
    path: model,
    summary: "Rename, describe, tag or archive a registered model",
    tag,
    access: "contributor",
    body: RegisteredModelChanges,
    result: RegisteredModel,
    errors: [409],
  }),
  deleteModel: operation({
    method: "DELETE",
    path: model,
    summary: "Delete a registered model with all its versions; none of them may be in use",
    tag,
    access: "contributor",
    result: null,
    errors: [409],
  }),
  setModelAlias: operation({
    method: "PUT",
    path: `${model}/aliases/{alias}`,
    summary: "Give an alias to a version; another version that has it loses it",
    tag,
    access: "contributor",
    body: Type.Object({ version: Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 }) }, closed),
    result: RegisteredModel,
  }),
  deleteModelAlias: operation({
    method: "DELETE",
    path: `${model}/aliases/{alias}`,
    summary: "Take an alias away",
    tag,
    access: "contributor",
    result: null,
  }),
  listWorkspaceModelVersions: operation({
    method: "GET",
    path: `${workspace}/model-versions`,
    summary: "List versions of all models; sort by version, created or updated",
    tag,
    access: "reader",
    query: Type.Object({
      ...listQuery,
      ...versionFilter,
      run: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: "Registered from this run." })),
      dataset: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: "Trained on this dataset." })),
    }),
    result: pageOf(ModelVersion),
  }),
};

export const modelVersionOperations = {
  listModelVersions: operation({
    method: "GET",
    path: `${model}/versions`,
    summary: "List versions of a model; sort by version, created or updated",
    tag,
    access: "reader",
    query: Type.Object({ ...listQuery, ...versionFilter }),
    result: pageOf(ModelVersion),
  }),
  registerModelVersion: operation({
    method: "POST",
    path: `${model}/versions`,
    summary: "Register a model file, an ONNX file or an MLflow model folder as the next version",
    description: "The files are read and checked first; nothing in them is run. A model that is not there is made.",
    tag,
    access: "contributor",
    body: NewModelVersion,
    status: 201,
    result: ModelVersionDetails,
    errors: [409],
  }),
  getModelVersion: operation({
    method: "GET",
    path: version,
    summary: "Get a version with what its files say about themselves",
    description: reference,
    tag,
    access: "reader",
    result: ModelVersionDetails,
  }),
  updateModelVersion: operation({
    method: "PATCH",
    path: version,
    summary: "Describe or tag a version",
    description: reference,
    tag,
    access: "contributor",
    body: ModelVersionChanges,
    result: ModelVersionDetails,
  }),
  deleteModelVersion: operation({
    method: "DELETE",
    path: version,
    summary: "Delete a version that nothing uses; its number is not given again",
    description: reference,
    tag,
    access: "contributor",
    result: null,
    errors: [409],
  }),
  setModelVersionStage: operation({
    method: "PUT",
    path: `${version}/stage`,
    summary: "Move a version to a stage",
    description: reference,
    tag,
    access: "contributor",
    body: Type.Object(
      {
        stage: Stage,
        archiveExisting: Type.Optional(
          Type.Boolean({ description: "Archive the versions that are in the stage now; for Staging and Production." }),
        ),
      },
      closed,
    ),
    result: ModelVersionDetails,
  }),
  restrictModelVersion: operation({
    method: "PUT",
    path: `${version}/restriction`,
    summary: "Let nothing new deploy a version; what runs goes on",
    description: reference,
    tag,
    access: "contributor",
    body: Type.Object(
      {
        state: Type.Enum(["stale", "revoked"], { description: "A newer one should be used; or it must not be used." }),
        reason: Type.String({ minLength: 1, maxLength: 2000, description: "Shown to whoever tries to deploy it." }),
      },
      closed,
    ),
    result: ModelVersionDetails,
  }),
  unrestrictModelVersion: operation({
    method: "DELETE",
    path: `${version}/restriction`,
    summary: "Lift the restriction of a version",
    description: reference,
    tag,
    access: "contributor",
    result: ModelVersionDetails,
  }),
  listModelVersionUses: operation({
    method: "GET",
    path: `${version}/uses`,
    summary: "List what uses a version",
    description: reference,
    tag,
    access: "reader",
    result: Type.Object({ items: Type.Array(ModelUse) }, closed),
  }),
  listModelVersionFiles: operation({
    method: "GET",
    path: `${version}/files`,
    summary: "List the files of a version",
    description: reference,
    tag,
    access: "reader",
    result: Type.Object({ items: Type.Array(ModelFile) }, closed),
  }),
  downloadModelVersionFile: operation({
    method: "GET",
    path: `${version}/files/{path*}`,
    summary: "Download a file of a version",
    description: reference,
    tag,
    access: "reader",
    download: "application/octet-stream",
  }),
  compareModelVersions: operation({
    method: "GET",
    path: `${version}/compare`,
    summary: "Compare a version with another one, of the same model or of another",
    description: reference,
    tag,
    access: "reader",
    query: Type.Object({
      with: Type.String({ minLength: 1, maxLength: 255, description: "The other version, named in the same ways." }),
      withModel: Type.Optional(
        Type.String({ minLength: 1, maxLength: 256, description: "Its model, where it is another one." }),
      ),
    }),
    result: ModelVersionComparison,
  }),
};
