import { azureWire } from "./azure.ts";
import { csvWire } from "./csv.ts";
import { mlflowCsvWire, mlflowWire } from "./mlflow.ts";
import { ndjsonWire } from "./ndjson.ts";
import { openInferenceWire } from "./open-inference.ts";
import { methodsOf } from "./paths.ts";
import type { Wire } from "./types.ts";

/**
 * @param mediaType of the body, without parameters, lower case
 * @returns null where the path does not take it: 415
 */
export function findWire(path: string, mediaType: string): Wire | null {
  if (path === "/score") {
    if (mediaType === "application/json") return azureWire;
    if (mediaType === "text/csv") return csvWire;
    return mediaType === "application/x-ndjson" ? ndjsonWire : null;
  }
  if (path === "/invocations") {
    if (mediaType === "application/json") return mlflowWire;
    return mediaType === "text/csv" ? mlflowCsvWire : null;
  }
  const isInfer = path.endsWith("/infer") && methodsOf(path) !== null;
  return isInfer && mediaType === "application/json" ? openInferenceWire : null;
}
