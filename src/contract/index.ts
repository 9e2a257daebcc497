export { AutoMLReport, LeaderboardEntry } from "./automl-report.ts";
export { Problem } from "./problem.ts";
export { ScoringRequest, ScoringResponse } from "./scoring.ts";
export { ColumnProfile, ProfileWarning, TableProfile } from "./table-profile.ts";
