import { SlipwayError } from "../../base/index.ts";

export function pipelineRunNotFound(runId: string): SlipwayError {
  return new SlipwayError("SLW_PIPELINE_RUN", `The run ${runId} is not one of a pipeline.`, {
    details: { run: runId },
  });
}

export function stepNotFound(runId: string, step: string, names: readonly string[]): SlipwayError {
  const some = names.slice(0, 20).join(", ");
  return new SlipwayError("SLW_PIPELINE_STEP", `The run ${runId} has no step "${step}"; it has ${some}.`, {
    details: { run: runId, step },
  });
}
