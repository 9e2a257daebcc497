export { modelCharts, type ClassificationCharts, type ModelCharts, type RegressionCharts } from "./charts/index.ts";
export { evaluateModel, type ModelEvaluation, type ThresholdRow, type ThresholdTable } from "./evaluate-model.ts";
export type { AutoMLEvent, AutoMLResult, LeaderboardModel } from "./events.ts";
export { permutationImportance, type PermutationImportance } from "./explanation.ts";
export type { DataFault, DataGuardrails } from "./guardrails/guardrails.ts";
export type { AutoMLOptions } from "./options.ts";
export { automl } from "./run.ts";
export { verify, type Verification, type VerifyOptions } from "./verify.ts";
