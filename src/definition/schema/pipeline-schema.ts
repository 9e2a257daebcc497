import { Type } from "typebox";
import { limits } from "../limits.ts";
import { pipelineNamePattern, pipelineNameRule } from "../names.ts";
import { parameterTypes } from "../types.ts";
import { choice, closed, filled, flag, formed, named, optional, template, text } from "./fields.ts";
import { stepSchemas } from "./steps.ts";

const scalars = [Type.String({ maxLength: limits.text }), Type.Number(), Type.Boolean()];

const parameter = closed({
  type: choice([...parameterTypes], "What it takes."),
  description: optional(text("Shown beside it.")),
  values: optional(
    Type.Array(Type.Union([filled("One of them."), Type.Number()]), {
      minItems: 1,
      maxItems: 1000,
      description: "Of an enum.",
    }),
  ),
  default: optional(
    Type.Union([...scalars, Type.Array(Type.Union(scalars), { maxItems: limits.items })], {
      description: "Absent: every run has to say it.",
    }),
  ),
});

/**
 * A pipeline's definition as JSON Schema, for editors; what it cannot say (names that must exist, cycles, expressions)
 * checkDefinition does.
 */
export const pipelineSchema = closed({
  name: formed(pipelineNamePattern, pipelineNameRule, "Of the pipeline."),
  description: optional(text("What it does.")),
  parameters: optional(named(parameter, "Name -> what it takes.", limits.parameters)),
  compute: optional(filled('Compute target of steps that name none. Default "local".')),
  experiment: optional(filled("Experiment of its runs. Default: the name.")),
  timeout: optional(
    Type.Number({
      exclusiveMinimum: 0,
      maximum: limits.timeout,
      description: "Seconds that a run may take. Default 7 days.",
    }),
  ),
  continue_on_step_failure: optional(flag("Steps that do not need a failed one go on. Default false.")),
  outputs: optional(named(template("Its value."), "Outputs of the run: name -> expression.", 100)),
  steps: named(Type.Union(Object.values(stepSchemas)), "Name -> step.", limits.steps),
});
