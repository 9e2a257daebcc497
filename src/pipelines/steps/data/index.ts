export type { DataCheckReport } from "./check-report.ts";
export { checksArtifact, runDataCheck } from "./data-check.ts";
export { runTransform } from "./transform.ts";
