/** What the address of the list of runs may say of them. */
import type { RunItem } from "../../contract/index.ts";

export type RunStatus = RunItem["status"];
export type RunKind = RunItem["kind"];
export const runStatuses: readonly RunStatus[] = ["QUEUED", "SCHEDULED", "RUNNING", "FINISHED", "FAILED", "KILLED"];
export const runKinds: readonly RunKind[] = ["automl", "trial", "mlflow", "pipeline", "step", "command", "batch"];

const sortable = /^-?(start|end|name|status|user|(metrics|params|tags)\..{1,280})$/;

/** @returns undefined for what the server does not sort by */
export function validSort(sort: string | undefined): string | undefined {
  return sort !== undefined && sortable.test(sort) ? sort : undefined;
}
