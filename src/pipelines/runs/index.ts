export { cancelPipelineRun, type PipelineRunKey } from "./cancel.ts";
export { importDataPaths } from "./data-paths.ts";
export { decideStep, type NewDecision } from "./decide-step.ts";
export { explainStep, type StepDifference, type StepExplanation } from "./explain.ts";
export { getPipelineRun, isPipelineRun, type PipelineRun, type PipelineRunStep } from "./read-run.ts";
export { retryPipelineRun, type Retry } from "./retry.ts";
export { startPipelineRuns, type PipelineRuns, type PipelineRunsOptions } from "./start-pipeline-runs.ts";
export { submitPipelineRun, type NewPipelineRun } from "./submit.ts";
export type { StepDecision, StepState } from "./types.ts";
