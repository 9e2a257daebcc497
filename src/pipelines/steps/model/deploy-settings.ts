/** Settings of an endpoint that a deploy step makes. */
import type { Template } from "../../../definition/index.ts";
import { readOptions, type OptionTable } from "./read-options.ts";

const replicas = { type: "integer", min: 1, max: 64 } as const;
const refuseOrIgnore = { type: "text", oneOf: ["ignore", "refuse"] } as const;

/** EndpointSettings of serving, and what else an endpoint is made with; bounds as the API has them. */
const settings: OptionTable = {
  computeType: { type: "text", oneOf: ["quick", "production"] },
  authMode: { type: "text", oneOf: ["key", "token", "none"] },
  description: { type: "text" },
  replicas,
  autoscale: {
    type: "group",
    options: {
      enabled: { type: "boolean" },
      minReplicas: replicas,
      maxReplicas: replicas,
      targetUtilization: { type: "integer", min: 1, max: 100 },
      refreshSeconds: { type: "integer", min: 1, max: 3600 },
    },
  },
  bodyBytes: { type: "integer", min: 1024, max: 1024 ** 3 },
  maxRows: { type: "integer", min: 1, max: 10_000_000 },
  explainedRows: { type: "integer", min: 0, max: 100_000 },
  scoringTimeoutMs: { type: "integer", min: 1, max: 3_600_000 },
  maxConcurrentRequests: { type: "integer", min: 1, max: 100_000 },
  cpuCores: { type: "number", min: 0.01, max: 1024 },
  memoryBytes: { type: "integer", min: 64 * 2 ** 20, max: 2 ** 50 },
  unknownColumns: refuseOrIgnore,
  missingColumns: { type: "text", oneOf: ["refuse", "impute"] },
  unknownCategories: refuseOrIgnore,
  resultAsString: { type: "boolean" },
  corsOrigins: { type: "list" },
  appInsights: { type: "boolean" },
  dataCollection: {
    type: "group",
    options: { enabled: { type: "boolean" }, samplingRate: { type: "number", min: 0, max: 1 } },
  },
};

export interface DeploySettings {
  readonly computeType?: "quick" | "production";
  readonly authMode?: "key" | "token" | "none";
  readonly description?: string;
  /** All others: what the endpoint's settings change of the defaults. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Names in snake_case or camelCase, values also as texts. @throws SLW_STEP_OPTION with the setting's name */
export function readDeploySettings(given: Readonly<Record<string, Template>>): DeploySettings {
  const { computeType, authMode, description, ...rest } = readOptions(given, settings, "settings");
  return {
    ...(computeType !== undefined && { computeType }),
    ...(authMode !== undefined && { authMode }),
    ...(description !== undefined && { description }),
    settings: rest,
  } as DeploySettings;
}
