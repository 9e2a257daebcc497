import type { ErrorKind } from "./error-kind.ts";

/** Experiments, runs and MLflow's wire. */
export const trackingErrors = {
  // Experiments and runs
  SLW_TRACKING_EXPERIMENT: {
    status: 404,
    title: "There is no such experiment in this workspace.",
    fix: "See the experiments of the workspace: slipway runs list shows them beside their runs.",
  },
  SLW_TRACKING_EXPERIMENT_EXISTS: {
    status: 409,
    title: "The workspace has an experiment of this name already.",
    fix: "Use the one that is there, restore it where it is deleted, or choose another name.",
  },
  SLW_TRACKING_EXPERIMENT_DELETED: {
    status: 409,
    title: "The experiment is deleted.",
    fix: "Restore the experiment first, or use another one.",
  },
  SLW_TRACKING_RUN: {
    status: 404,
    title: "There is no such run in this workspace.",
    fix: "See the runs of the workspace: slipway runs list",
  },
  SLW_TRACKING_RUN_DELETED: {
    status: 409,
    title: "The run is deleted.",
    fix: "Restore it first: slipway runs restore ID",
  },
  SLW_TRACKING_PARAM: {
    status: 409,
    title: "A parameter of a run does not change once it is logged.",
    fix: "Log the other value under another name, or in a run of its own.",
  },
  SLW_TRACKING_TAG: {
    status: 404,
    title: "There is no tag of this name.",
    fix: "Read the tags of the run or experiment; names are compared with their case.",
  },
  SLW_TRACKING_INPUT: {
    status: 400,
    title: "What is to be logged has a value that cannot be stored.",
    fix: "Correct the field that the message names.",
  },
  SLW_TRACKING_FILTER: {
    status: 400,
    title: "The filter or the order of a search cannot be understood.",
    fix: "Write it as MLflow does: metrics.AUC > 0.9 AND params.model = 'LightGBM'; order by metrics.AUC DESC.",
  },
  SLW_TRACKING_ARTIFACT: {
    status: 404,
    title: "The run has no artifact at this path.",
    fix: "List the artifacts of the run, and give a path from that list.",
  },
  SLW_TRACKING_LOGGED_MODEL: {
    status: 404,
    title: "There is no such logged model in this workspace.",
    fix: "Search the logged models of the experiment with MLflow's client, and use an id from there.",
  },
  SLW_TRACKING_UPLOAD: {
    status: 404,
    title: "There is no such upload in parts, or not with these parts.",
    fix: "Begin the upload of the file again.",
  },
  SLW_TRACKING_ARTIFACT_PATH: {
    status: 400,
    title: "The path of an artifact cannot be used.",
    fix: "Give a path of names and single slashes, such as plots/roc.png.",
  },

  // MLflow's REST API
  SLW_MLFLOW_INPUT: {
    status: 400,
    title: "A request of an MLflow client has a parameter that cannot be used.",
    fix: "Correct the parameter that the message names.",
  },
  SLW_MLFLOW_WEBHOOKS: {
    status: 501,
    title: "MLflow's webhooks are not implemented.",
    fix: "Create a webhook of Slipway instead: its CloudEvents tell of the same changes.",
  },
  SLW_MLFLOW_ENDPOINT: {
    status: 404,
    title: "MLflow's REST API has no such endpoint here.",
    fix: "Tracking, logged models, the model registry and artifacts are served; tracing, prompts and the gateway are not.",
  },
} as const satisfies Record<string, ErrorKind>;
