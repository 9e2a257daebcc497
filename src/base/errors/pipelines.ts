import type { ErrorKind } from "./error-kind.ts";

/** Pipelines: their definitions, runs, steps and schedules. */
export const pipelineErrors = {
  SLW_PIPELINE_INVALID: {
    status: 400,
    title: "The pipeline's definition is not valid.",
    fix: "Correct what the message names; see them all with `slipway pipelines validate FILE`.",
  },
  SLW_PIPELINE_FILE: {
    status: 400,
    title: "The file is no pipeline that can be read.",
    fix: "Give a file that ends in .yaml, .yml, .json, .ts, .js or .mjs.",
  },
  SLW_PIPELINE_CODE: {
    status: 400,
    title: "The code of a step cannot be collected.",
    fix: "Keep the step's code in a folder of its own, and name in .slipwayignore what does not belong to it.",
  },
  SLW_PIPELINE_UNKNOWN: {
    status: 404,
    title: "There is no such pipeline.",
    fix: "See `slipway pipelines list`.",
  },
  SLW_PIPELINE_VERSION: {
    status: 404,
    title: "The pipeline has no such version.",
    fix: "See `slipway pipelines show NAME`.",
  },
  SLW_PIPELINE_DISABLED: {
    status: 409,
    title: "The version of the pipeline is disabled.",
    fix: "Enable it with `slipway pipelines enable NAME@VERSION`, or submit another version.",
  },
  SLW_PIPELINE_PARAMETER: {
    status: 400,
    title: "A parameter of the pipeline is not what it takes.",
    fix: "See its parameters with `slipway pipelines show NAME`.",
  },
  SLW_PIPELINE_RUN: {
    status: 404,
    title: "The run is not one of a pipeline.",
    fix: "See those that are: slipway runs list --kind pipeline",
  },
  SLW_PIPELINE_STEP: {
    status: 404,
    title: "The run has no such step.",
    fix: "See its steps with `slipway runs show RUN`.",
  },
  SLW_PIPELINE_STATE: {
    status: 409,
    title: "The state of the run, or of its step, does not allow that.",
    fix: "See `slipway runs show RUN`.",
  },
  SLW_PIPELINE_DECIDED: {
    status: 409,
    title: "Somebody has decided already.",
    fix: "See who, and what, with `slipway runs show RUN`.",
  },
  SLW_PIPELINE_APPROVER: {
    status: 403,
    title: "The step names others who may decide.",
    fix: "Ask one of those that the message names.",
  },
  SLW_PIPELINE_EXPRESSION: {
    status: 422,
    title: "An expression of the pipeline has no value here.",
    fix: "Correct the expression, or the step that its value comes from.",
  },
  SLW_SCHEDULE_UNKNOWN: {
    status: 404,
    title: "There is no such schedule.",
    fix: "See `slipway schedules list`.",
  },
  SLW_SCHEDULE_NAME_TAKEN: {
    status: 409,
    title: "A schedule with this name exists.",
    fix: "Choose another name, or change the one that is there.",
  },
  SLW_SCHEDULE_TRIGGER: {
    status: 400,
    title: "The trigger of the schedule is not valid.",
    fix: "Correct what the message names.",
  },
} as const satisfies Record<string, ErrorKind>;
