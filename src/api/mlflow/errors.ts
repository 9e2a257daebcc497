/** Errors on MLflow's wire: `{"error_code", "message"}`, by which its client decides what to do. */
import { SlipwayError, type ErrorCode } from "../../base/index.ts";

/** MLflow's error codes with their HTTP status. */
const statusOf = {
  INVALID_PARAMETER_VALUE: 400,
  BAD_REQUEST: 400,
  RESOURCE_ALREADY_EXISTS: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  RESOURCE_DOES_NOT_EXIST: 404,
  ENDPOINT_NOT_FOUND: 404,
  RESOURCE_CONFLICT: 409,
  INTERNAL_ERROR: 500,
  INVALID_STATE: 500,
  NOT_IMPLEMENTED: 501,
  TEMPORARILY_UNAVAILABLE: 503,
} as const;

type MlflowCode = keyof typeof statusOf;

/** Where it does not follow from the status. */
const codeOf: Partial<Record<ErrorCode, MlflowCode>> = {
  SLW_MLFLOW_ENDPOINT: "ENDPOINT_NOT_FOUND",
  SLW_HTTP_NOT_FOUND: "ENDPOINT_NOT_FOUND",
  SLW_TRACKING_EXPERIMENT_EXISTS: "RESOURCE_ALREADY_EXISTS",
  SLW_REGISTRY_EXISTS: "RESOURCE_ALREADY_EXISTS",
  SLW_TRACKING_EXPERIMENT_DELETED: "INVALID_PARAMETER_VALUE",
  SLW_TRACKING_RUN_DELETED: "INVALID_PARAMETER_VALUE",
  SLW_TRACKING_PARAM: "INVALID_PARAMETER_VALUE",
};

const byStatus: Readonly<Record<number, MlflowCode>> = {
  400: "INVALID_PARAMETER_VALUE",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "RESOURCE_DOES_NOT_EXIST",
  409: "RESOURCE_CONFLICT",
  501: "NOT_IMPLEMENTED",
  503: "TEMPORARILY_UNAVAILABLE",
};

export interface MlflowErrorBody {
  readonly error_code: MlflowCode;
  readonly message: string;
}

type Details = SlipwayError["details"];

/** MLflow's texts, where its clients and their users look at them. */
const messageOf: Partial<Record<ErrorCode, (details: Details) => string>> = {
  SLW_REGISTRY_MODEL: ({ model }) => `Registered Model with name=${String(model)} not found`,
  SLW_REGISTRY_EXISTS: ({ model }) => `Registered Model (name=${String(model)}) already exists.`,
  SLW_REGISTRY_VERSION: ({ model, version = "latest" }) =>
    `Model Version (name=${String(model)}, version=${String(version)}) not found`,
  SLW_TRACKING_ARTIFACT_PATH: () => "Invalid path",
};

/** A status that MLflow has no code for (415, 507) stays, with the code of its kind. */
export function mlflowError({ code, status, message: own, details, fix }: SlipwayError): {
  readonly status: number;
  readonly body: MlflowErrorBody;
} {
  const message = messageOf[code]?.(details) ?? own;
  const known = codeOf[code] ?? byStatus[status];
  if (known !== undefined) return { status: statusOf[known], body: { error_code: known, message } };
  return {
    status,
    body: { error_code: status < 500 ? "BAD_REQUEST" : "INTERNAL_ERROR", message: `${message} ${fix}` },
  };
}

export function invalidParameter(message: string): SlipwayError {
  return new SlipwayError("SLW_MLFLOW_INPUT", message);
}
