import type { ErrorKind } from "./error-kind.ts";

/** Models, versions, webhooks. */
export const registryErrors = {
  // The registry
  SLW_REGISTRY_MODEL: {
    status: 404,
    title: "There is no such registered model.",
    fix: "slipway models list shows the models of the workspace.",
  },
  SLW_REGISTRY_VERSION: {
    status: 404,
    title: "There is no such version of the model.",
    fix: "slipway models versions NAME shows the versions.",
  },
  SLW_REGISTRY_FILE: {
    status: 404,
    title: "The version has no such file.",
    fix: "List the files of the version, and give a path from that list.",
  },
  SLW_REGISTRY_EXISTS: {
    status: 409,
    title: "A registered model has this name already.",
    fix: "Choose another name, or register a new version of that model.",
  },
  SLW_REGISTRY_NAME: {
    status: 400,
    title: "A model cannot have this name.",
    fix: "Give 1 to 256 characters without slashes, colons and control characters.",
  },
  SLW_REGISTRY_ALIAS: {
    status: 400,
    title: "A version cannot have this alias.",
    fix: 'Give 1 to 255 letters, digits, underscores and dashes; not "latest", not "best", and not v with a number.',
  },
  SLW_REGISTRY_ALIAS_UNKNOWN: {
    status: 404,
    title: "The model has no such alias.",
    fix: "slipway models show NAME shows the aliases.",
  },
  SLW_REGISTRY_STAGE: {
    status: 400,
    title: "The stage cannot be changed in this way.",
    fix: "Existing versions are archived only when one enters Staging or Production.",
  },
  SLW_REGISTRY_RESTRICTED: {
    status: 409,
    title: "The model version is restricted: nothing new may deploy it.",
    fix: "Deploy another version, or take the restriction back with slipway models restrict NAME@VERSION --lift.",
  },
  SLW_REGISTRY_NOT_READY: {
    status: 409,
    title: "The model version is not complete.",
    fix: "Finish its registration, or use a version that is READY.",
  },
  SLW_REGISTRY_IN_USE: {
    status: 409,
    title: "The model version is in use.",
    fix: "Remove what uses it first; slipway models show NAME@VERSION names it.",
  },
  SLW_REGISTRY_FILES: {
    status: 400,
    title: "The files are no model that can be registered.",
    fix: "Give one .slipway file, one .onnx file, or a folder with an MLmodel file.",
  },
  SLW_REGISTRY_ONNX: {
    status: 400,
    title: "The file is no valid ONNX model.",
    fix: "Export the model again; a model needs an IR version, an operator set, and a graph with inputs and outputs.",
  },
  SLW_REGISTRY_MLMODEL: {
    status: 400,
    title: "The MLmodel file cannot be read.",
    fix: "Save the model again with MLflow; the file is YAML with at least one flavor.",
  },

  // Webhooks
  SLW_WEBHOOK_UNKNOWN: {
    status: 404,
    title: "There is no such webhook.",
    fix: "List the webhooks of the workspace.",
  },
  SLW_WEBHOOK_EXISTS: {
    status: 409,
    title: "A webhook has this name already.",
    fix: "Choose another name, or change that webhook.",
  },
  SLW_WEBHOOK_SECRET: {
    status: 400,
    title: "The secret of a webhook has another form.",
    fix: "Give whsec_ and the base64 of 24 to 64 random bytes, or no secret, to have one made.",
  },
  SLW_WEBHOOK_TYPE: {
    status: 400,
    title: "This is no type of event.",
    fix: 'Give types as the event feed shows them, "model.version.created", or all that begin alike: "model.*".',
  },
} as const satisfies Record<string, ErrorKind>;
