import type { ErrorKind } from "./error-kind.ts";

export const endpointErrors = {
  SLW_ENDPOINT_UNKNOWN: {
    status: 404,
    title: "There is no such endpoint.",
    fix: "See `slipway endpoints list`.",
  },
  SLW_ENDPOINT_NAME_TAKEN: {
    status: 409,
    title: "An endpoint with this name exists.",
    fix: "Choose another name, or deploy to the one that is there.",
  },
  SLW_ENDPOINT_DEPLOYMENT_TAKEN: {
    status: 409,
    title: "The endpoint has a deployment with this name.",
    fix: "Choose another name, or leave it out: the next free one is taken.",
  },
  SLW_ENDPOINT_DEPLOYMENT: {
    status: 404,
    title: "The endpoint has no such deployment.",
    fix: "See `slipway endpoints show NAME`.",
  },
  SLW_ENDPOINT_TRAFFIC: {
    status: 400,
    title: "The traffic does not add up.",
    fix: "Give whole percentages of deployments that are there; together they are 100.",
  },
  SLW_ENDPOINT_SETTINGS: {
    status: 400,
    title: "The endpoint's settings do not go together.",
    fix: "Correct the setting that the message names.",
  },
  SLW_ENDPOINT_PORT: {
    status: 409,
    title: "The port is not free.",
    fix: "Choose another with --port, or leave it out for any free one.",
  },
  SLW_ENDPOINT_CONFIG: {
    status: 500,
    title: "The endpoint's configuration file cannot be used.",
    fix: "Deploy the endpoint again; the server writes the file anew.",
  },
  SLW_ENDPOINT_START: {
    status: 409,
    title: "The deployment did not become healthy.",
    fix: "Read the reason, and `slipway endpoints logs NAME`; what ran before goes on.",
  },
  SLW_ENDPOINT_BACKEND: {
    status: 502,
    title: "The process behind the endpoint failed.",
    fix: "See `slipway endpoints logs NAME`.",
  },
  SLW_ENDPOINT_STATE: {
    status: 409,
    title: "The endpoint's state does not allow it.",
    fix: "See `slipway endpoints show NAME`.",
  },
  SLW_ENDPOINT_CLOSING: {
    status: 503,
    title: "The server ends before the endpoint has taken the change.",
    fix: "Nothing is lost: the server goes on with it at its next start. See `slipway endpoints show NAME` then.",
  },
  SLW_ENDPOINT_IN_USE: {
    status: 409,
    title: "The endpoint had traffic in the last hour.",
    fix: "Ask for the deletion with force.",
  },
  SLW_ENDPOINT_NO_TRAFFIC: {
    status: 503,
    title: "No deployment of the endpoint gets traffic.",
    fix: "Give one traffic with `slipway endpoints traffic NAME`, or name one in the header azureml-model-deployment.",
  },
  SLW_ENDPOINT_LABELS: {
    status: 400,
    title: "The labels do not have the expected form.",
    fix: 'Send {"labels": [{"requestId": "…", "row": 0, "label": "yes"}, …]}.',
  },
  SLW_ENDPOINT_OVERLOADED: {
    status: 503,
    title: "The endpoint has more requests than it can take.",
    fix: "Send the request again after the seconds in Retry-After; more replicas take more.",
  },
  SLW_ENDPOINT_NOT_COLLECTED: {
    status: 409,
    title: "The endpoint has collected no such rows.",
    fix: "Switch the collection on, with `slipway endpoints update NAME`, or ask for another time.",
  },
  SLW_ENDPOINT_TIMEOUT: {
    status: 500,
    title: "The answer took longer than the endpoint allows.",
    fix: "Send fewer rows, or raise scoringTimeoutMs.",
  },
} as const satisfies Record<string, ErrorKind>;
