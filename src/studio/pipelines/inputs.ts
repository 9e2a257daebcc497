/** What loaders and pages ask for, said once: the key of a query is its input. */
import type { InputOf } from "../api/index.ts";
import type { PipelineListSearch } from "./pipeline-search.ts";

export function pipelineListInput(
  workspace: string,
  { q, sort = "name", archived }: PipelineListSearch,
): InputOf<"listPipelines"> {
  return { workspace, query: { limit: 100, sort, ...(q !== undefined && { name: q }), ...(archived && { archived }) } };
}

/** The newest runs of all pipelines: the list shows the last of each among them, without a request per row. */
export function latestRunsInput(workspace: string): InputOf<"listPipelineRuns"> {
  return { workspace, query: { limit: 200 } };
}

export function pipelineRunsInput(
  workspace: string,
  pipeline: string,
  status: string | undefined,
): InputOf<"listPipelineRuns"> {
  type Status = NonNullable<NonNullable<InputOf<"listPipelineRuns">["query"]>["status"]>[number];
  return { workspace, query: { limit: 100, pipeline, ...(status !== undefined && { status: [status as Status] }) } };
}

export function versionInput(
  workspace: string,
  pipeline: string,
  version: number | undefined,
): InputOf<"getPipelineVersion"> {
  return { workspace, pipeline, version: version === undefined ? "default" : String(version) };
}

export function versionsInput(workspace: string, pipeline: string): InputOf<"listPipelineVersions"> {
  return { workspace, pipeline, query: { limit: 200 } };
}

export function schedulesInput(workspace: string, pipeline: string): InputOf<"listSchedules"> {
  return { workspace, query: { limit: 100, pipeline } };
}
