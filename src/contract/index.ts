export { AutoMLReport, ColumnImportance, LeaderboardEntry } from "./automl-report.ts";
export { DataFault, DataGuardrails } from "./data-guardrails.ts";
export { FeaturizationConfig } from "./featurization-config.ts";
export { ModelCharts } from "./model-charts.ts";
export { Problem } from "./problem.ts";
export { RowExplanation, ScoringRequest, ScoringResponse } from "./scoring.ts";
export { ColumnProfile, ProfileWarning, TableProfile } from "./table-profile.ts";
