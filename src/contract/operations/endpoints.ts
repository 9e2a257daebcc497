/** Endpoints: registered models behind a REST address of their own. */
import { Type } from "typebox";
import { listQuery, pageOf } from "../list.ts";
import { operation } from "../operation.ts";
import { DatasetVersion } from "./dataset-schemas.ts";
import {
  CollectedFile,
  Endpoint,
  EndpointChanges,
  EndpointDetails,
  EndpointExamples,
  EndpointKeys,
  EndpointLogEntry,
  EndpointMetrics,
  EndpointTestAnswer,
  EndpointToken,
  EndpointWithKeys,
  NewDeployment,
  NewEndpoint,
  NewKey,
  Traffic,
} from "./endpoint-schemas.ts";

const endpoints = "/api/v1/workspaces/{workspace}/endpoints";
const endpoint = `${endpoints}/{endpoint}` as const;
const tag = "Endpoints";
const closed = { additionalProperties: false } as const;
const time = (description: string) => Type.Optional(Type.String({ format: "date-time", description }));

const lifeOperations = {
  listEndpoints: operation({
    method: "GET",
    path: endpoints,
    summary: "List endpoints; sort by name, created or updated",
    tag,
    access: "reader",
    query: Type.Object({
      ...listQuery,
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 32, description: "Part of the name." })),
    }),
    result: pageOf(Endpoint),
  }),
  createEndpoint: operation({
    method: "POST",
    path: endpoints,
    summary: "Deploy a model version as a new endpoint, and wait until it is healthy",
    description:
      "Where the deployment does not become healthy, the answer says why, and the endpoint stays as failed until it is " +
      "deleted or deployed to again.",
    tag,
    access: "contributor",
    body: NewEndpoint,
    status: 201,
    result: EndpointWithKeys,
    errors: [409, 502],
  }),
  getEndpoint: operation({
    method: "GET",
    path: endpoint,
    summary: "Get an endpoint with its processes",
    tag,
    access: "reader",
    result: EndpointDetails,
  }),
  updateEndpoint: operation({
    method: "PATCH",
    path: endpoint,
    summary: "Change an endpoint's settings while it lives",
    tag,
    access: "contributor",
    body: EndpointChanges,
    result: EndpointDetails,
    errors: [409, 502],
  }),
  deleteEndpoint: operation({
    method: "DELETE",
    path: endpoint,
    summary: "Stop and delete an endpoint with its logs; collected rows stay as datasets only",
    tag,
    access: "contributor",
    query: Type.Object({
      force: Type.Optional(
        Type.Boolean({ default: false, description: "Also where it had traffic in the last hour." }),
      ),
    }),
    result: null,
    errors: [409],
  }),
  startEndpoint: operation({
    method: "POST",
    path: `${endpoint}/start`,
    summary: "Start a stopped endpoint, and wait until it is healthy",
    tag,
    access: "contributor",
    result: EndpointDetails,
    errors: [409, 502],
  }),
  stopEndpoint: operation({
    method: "POST",
    path: `${endpoint}/stop`,
    summary: "Stop an endpoint; its requests that run are answered",
    tag,
    access: "contributor",
    result: EndpointDetails,
    errors: [409],
  }),
};

const deploymentOperations = {
  createDeployment: operation({
    method: "POST",
    path: `${endpoint}/deployments`,
    summary: "Deploy a model version beside those that serve, and give it traffic once it is healthy",
    description: "Where it does not become healthy nothing changes for clients, and the answer says why.",
    tag,
    access: "contributor",
    body: NewDeployment,
    status: 201,
    result: EndpointDetails,
    errors: [409, 502],
  }),
  deleteDeployment: operation({
    method: "DELETE",
    path: `${endpoint}/deployments/{deployment}`,
    summary: "Remove a deployment that has no traffic",
    tag,
    access: "contributor",
    result: null,
    errors: [409],
  }),
  setEndpointTraffic: operation({
    method: "PUT",
    path: `${endpoint}/traffic`,
    summary: "Share the requests among the deployments",
    tag,
    access: "contributor",
    body: Traffic,
    result: EndpointDetails,
    errors: [409],
  }),
  rollBackEndpoint: operation({
    method: "POST",
    path: `${endpoint}/rollback`,
    summary: "Give the deployments the traffic that they had before its last change",
    tag,
    access: "contributor",
    result: EndpointDetails,
    errors: [409],
  }),
};

const keyOperations = {
  getEndpointKeys: operation({
    method: "GET",
    path: `${endpoint}/keys`,
    summary: "Read an endpoint's keys; each reading is in the audit log",
    tag,
    access: "contributor",
    result: EndpointKeys,
    errors: [409],
  }),
  regenerateEndpointKey: operation({
    method: "POST",
    path: `${endpoint}/keys/{key}/regenerate`,
    summary: "Replace the primary or the secondary key; the other one goes on working",
    tag,
    access: "contributor",
    params: Type.Object({ key: Type.Enum(["primary", "secondary"]) }),
    body: NewKey,
    result: EndpointKeys,
    errors: [409],
  }),
  createEndpointToken: operation({
    method: "POST",
    path: `${endpoint}/token`,
    summary: "Get a token for an endpoint with token auth; valid for 12 hours",
    tag,
    access: "scorer",
    result: EndpointToken,
    errors: [409],
  }),
};

const observationOperations = {
  getEndpointLogs: operation({
    method: "GET",
    path: `${endpoint}/logs`,
    summary: "Read the end of an endpoint's log, oldest line first",
    tag,
    access: "reader",
    query: Type.Object({
      tail: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 200, description: "Lines." })),
      from: time("Only lines from then on."),
      to: time("Only lines before."),
      level: Type.Optional(Type.Enum(["info", "warn", "error"], { description: "This level and worse." })),
      requestId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    }),
    result: Type.Object({ items: Type.Array(EndpointLogEntry) }, closed),
  }),
  followEndpointLogs: operation({
    method: "GET",
    path: `${endpoint}/logs/follow`,
    summary: "Follow an endpoint's log from now on",
    tag,
    access: "reader",
    events: EndpointLogEntry,
  }),
  getEndpointMetrics: operation({
    method: "GET",
    path: `${endpoint}/metrics`,
    summary: "Read rates, latencies and errors over time, by deployment",
    tag,
    access: "reader",
    query: Type.Object({
      from: time("Default: an hour before `to`."),
      to: time("Default: now."),
      stepSeconds: Type.Optional(
        Type.Integer({ minimum: 60, maximum: 86_400, multipleOf: 60, description: "Default: about 60 points." }),
      ),
    }),
    result: EndpointMetrics,
  }),
  getEndpointExamples: operation({
    method: "GET",
    path: `${endpoint}/examples`,
    summary: "Get working requests for curl, Python and TypeScript",
    tag,
    access: "reader",
    result: EndpointExamples,
    errors: [409, 502],
  }),
  getEndpointSwagger: operation({
    method: "GET",
    path: `${endpoint}/swagger`,
    summary: "Get what the endpoint says of itself: its addresses, columns and an example",
    tag,
    access: "reader",
    query: Type.Object({
      version: Type.Optional(
        Type.Integer({ minimum: 2, maximum: 3, default: 3, description: "2: Swagger 2.0. 3: OpenAPI 3.0." }),
      ),
    }),
    result: Type.Record(Type.String(), Type.Unknown()),
    errors: [409, 502],
  }),
  testEndpoint: operation({
    method: "POST",
    path: `${endpoint}/test`,
    summary: "Send a body to the endpoint's /score, through the server",
    tag,
    access: "scorer",
    body: Type.Object(
      {
        body: Type.Unknown({ description: "As for /score." }),
        deployment: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
      },
      closed,
    ),
    result: EndpointTestAnswer,
    errors: [409, 502],
  }),
};

const collectionOperations = {
  listCollectedFiles: operation({
    method: "GET",
    path: `${endpoint}/collected`,
    summary: "List the files of collected rows and labels; sort by hour",
    tag,
    access: "reader",
    query: Type.Object({ ...listQuery, from: time("Hours from then on."), to: time("Hours before.") }),
    result: pageOf(CollectedFile),
  }),
  createCollectedDataset: operation({
    method: "POST",
    path: `${endpoint}/collected/dataset`,
    summary: "Make a dataset version of what was collected: inputs, predictions, and labels where they came",
    tag,
    access: "contributor",
    body: Type.Object(
      {
        dataset: Type.String({ minLength: 1, maxLength: 128, description: "Made where it is not there." }),
        from: time("Requests from then on."),
        to: time("Requests before."),
        labelled: Type.Optional(
          Type.Boolean({
            default: false,
            description: "Only rows with a true label; it stands in the target's column.",
          }),
        ),
      },
      closed,
    ),
    status: 201,
    result: DatasetVersion,
    errors: [409],
  }),
};

export const endpointOperations = {
  ...lifeOperations,
  ...deploymentOperations,
  ...keyOperations,
  ...observationOperations,
  ...collectionOperations,
};
