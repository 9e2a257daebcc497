/** What a run's status and kind allow, and how they are said. */
import type { RunItem } from "../../contract/index.ts";
import type { PageState } from "../app/index.ts";

type Status = RunItem["status"];
type Kind = RunItem["kind"];

/** Kinds that the server itself computes; the others are told about by whoever computes them. */
const computed: ReadonlySet<Kind> = new Set(["automl", "batch", "pipeline"]);

export const kindLabels: Readonly<Record<Kind, string>> = {
  automl: "Automated ML",
  trial: "Trial",
  mlflow: "MLflow",
  pipeline: "Pipeline",
  step: "Step",
  command: "Command",
  batch: "Batch scoring",
};

export function isActive(status: Status): boolean {
  return status === "QUEUED" || status === "SCHEDULED" || status === "RUNNING";
}

export function canCancel({ status, kind, lifecycle }: Pick<RunItem, "status" | "kind" | "lifecycle">): boolean {
  return computed.has(kind) && isActive(status) && lifecycle === "active";
}

export function canResume({ status, kind, lifecycle }: Pick<RunItem, "status" | "kind" | "lifecycle">): boolean {
  // A pipeline's page has its own way: it tries the failed steps again.
  return (
    kind !== "pipeline" && computed.has(kind) && (status === "FAILED" || status === "KILLED") && lifecycle === "active"
  );
}

/** A pipeline's run goes on with the steps that did not end well. */
export function canRetry({ status, kind, lifecycle }: Pick<RunItem, "status" | "kind" | "lifecycle">): boolean {
  return kind === "pipeline" && (status === "FAILED" || status === "KILLED") && lifecycle === "active";
}

/** For the tab's title and icon. */
export function pageStateOf(status: Status): PageState | undefined {
  if (status === "RUNNING") return "running";
  if (status === "FINISHED") return "done";
  return status === "FAILED" ? "failed" : undefined;
}
