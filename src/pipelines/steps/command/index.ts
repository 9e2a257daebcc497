export { describeTask, filesOfTask } from "./describe-task.ts";
export { artifactPath, keepOutputs, type WrittenOutput } from "./keep-outputs.ts";
export { runCommand, type CommandServices } from "./run-command.ts";
export { runTask, type TaskEnd, type TaskRun } from "./run-task.ts";
export type { StoredFile } from "./store-files.ts";
export type { CommandTask, CommandUsage, OutputFile, StepFiles, TaskFile } from "./task.ts";
