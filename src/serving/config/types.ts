/**
 * All that an endpoint's processes need, as one JSON document in the endpoint's folder. The server writes it whole and
 * renames it into place; supervisor and replicas read it, and nothing else: they go on when the server is gone.
 */

/** What of an endpoint can be set while it lives. Defaults: defaultSettings. */
export interface EndpointSettings {
  /** Replica processes while autoscale is off. 1 to 64. */
  readonly replicas: number;
  readonly autoscale: Autoscale;
  /** Bytes of a body; more is answered with 413. */
  readonly bodyBytes: number;
  /** Rows of a request; more are answered with 413. */
  readonly maxRows: number;
  /** Rows of a request with explanations; more are answered with 413. */
  readonly explainedRows: number;
  /** Milliseconds for one answer; then 500 "Scoring timeout after N ms" as Azure ML says it. */
  readonly scoringTimeoutMs: number;
  /** Requests that a replica works on or keeps waiting; further ones are answered with 503 and Retry-After. */
  readonly maxConcurrentRequests: number;
  /** Cores that one replica may use, as a share of time; null for no cap. */
  readonly cpuCores: number | null;
  /** Bytes of resident memory at which a replica is replaced; null for no cap. */
  readonly memoryBytes: number | null;
  /** A column that the model does not know: ignored with a warning header, or refused. */
  readonly unknownColumns: "ignore" | "refuse";
  /** A column that is missing, or null where training had no nulls: refused, or the training's typical value stands in. */
  readonly missingColumns: "refuse" | "impute";
  /** A category that training did not see: refused with the nearest one, or scored as unknown with a warning header. */
  readonly unknownCategories: "refuse" | "ignore";
  /** Answers /score as Azure ML's v1 did: a JSON string that holds JSON. */
  readonly resultAsString: boolean;
  /** Origins of web pages that may call it; "*" for all. */
  readonly corsOrigins: readonly string[];
  /** Requests, failures and traces are logged. */
  readonly appInsights: boolean;
  readonly dataCollection: DataCollection;
}

/** Azure ML's names (AksWebservice). */
export interface Autoscale {
  readonly enabled: boolean;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Percent of a replica's time that should be busy. */
  readonly targetUtilization: number;
  /** Seconds between two decisions. */
  readonly refreshSeconds: number;
}

export interface DataCollection {
  readonly enabled: boolean;
  /** Share of the requests, 0 to 1. */
  readonly samplingRate: number;
}

/** Who may score. Keys are random and long, so that their plain SHA-256 tells nothing. */
export type EndpointAuth =
  | { readonly mode: "key"; readonly keys: readonly KeyHash[] }
  /** JSON Web Tokens signed by the server with Ed25519; `publicKey` is its SPKI in PEM. */
  | { readonly mode: "token"; readonly publicKey: string; readonly audience: string }
  | { readonly mode: "none" };

export type AuthMode = EndpointAuth["mode"];

export interface KeyHash {
  readonly name: "primary" | "secondary";
  /** Hexadecimal. */
  readonly sha256: string;
  /** Milliseconds since 1970; null for never. */
  readonly expiresAt: number | null;
}

export interface DeploymentConfig {
  /** "blue". */
  readonly name: string;
  readonly model: DeployedModel;
  /** Percent of the requests, whole; those of all deployments sum to 100 (or to 0 where none has traffic yet). */
  readonly traffic: number;
  /** Percent of the requests that it gets a copy of; its answers are dropped, its latency and errors counted. */
  readonly mirror: number;
}

export interface DeployedModel {
  readonly name: string;
  readonly version: number;
  readonly kind: "slipway" | "onnx" | "mlflow";
  /** Relative to the endpoint's folder: the model file, or the folder of an MLflow model. */
  readonly path: string;
  /** Of the primary file; the process refuses other bytes. Null for a folder. */
  readonly sha256: string | null;
}

export interface EndpointConfig {
  readonly format: 1;
  /** Rises with every change that the server makes. */
  readonly revision: number;
  readonly id: string;
  readonly name: string;
  readonly workspace: string;
  readonly host: string;
  /** Never 0: the server chose it. */
  readonly port: number;
  readonly auth: EndpointAuth;
  /** At least one. */
  readonly deployments: readonly DeploymentConfig[];
  readonly settings: EndpointSettings;
  /** Base URL of an OTLP/HTTP collector for traces and metrics; null for none. */
  readonly otlpEndpoint: string | null;
}

export const defaultSettings: EndpointSettings = {
  replicas: 1,
  autoscale: { enabled: false, minReplicas: 1, maxReplicas: 10, targetUtilization: 70, refreshSeconds: 1 },
  bodyBytes: 10 * 1024 * 1024,
  maxRows: 10_000,
  explainedRows: 100,
  scoringTimeoutMs: 60_000,
  maxConcurrentRequests: 1_000,
  cpuCores: null,
  memoryBytes: null,
  unknownColumns: "ignore",
  missingColumns: "refuse",
  unknownCategories: "refuse",
  resultAsString: false,
  corsOrigins: ["*"],
  appInsights: false,
  dataCollection: { enabled: false, samplingRate: 1 },
};
