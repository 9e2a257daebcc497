/** One schema for each type of step, by its type. */
import { Type } from "typebox";
import { limits } from "../limits.ts";
import type { StepType } from "../types.ts";
import { checks } from "./checks.ts";
import {
  choice,
  closed,
  count,
  filled,
  flag,
  keyed,
  named,
  numeric,
  optional,
  template,
  text,
  texts,
} from "./fields.ts";
import { format, stepBase } from "./step-base.ts";

const data = filled('A dataset ("bank", "bank@3"), or an output that is one.');

const data_check = closed({
  type: Type.Literal("data_check"),
  ...stepBase,
  data,
  checks: Type.Array(Type.Union(checks), {
    minItems: 1,
    maxItems: 500,
    description: "All are tried; one failed fails the step.",
  }),
});

const transform = closed({
  type: Type.Literal("transform"),
  ...stepBase,
  inputs: named(data, "Table name in the query -> dataset.", 100),
  query: filled("One SELECT, in DuckDB's SQL. No expression stands in it: use `values`."),
  values: optional(named(template("For $NAME."), "Values for $NAME in the query.")),
  output: filled("Dataset that gets a version."),
  format,
});

const automl = closed({
  type: Type.Literal("automl"),
  ...stepBase,
  data,
  validation_data: optional(data),
  test_data: optional(data),
  options: keyed(
    template("Its value."),
    "As an AutoML run takes them: target, metric, time_limit, allowed, blocked, …",
  ),
});

const evaluate = closed({
  type: Type.Literal("evaluate"),
  ...stepBase,
  model: filled('The new one: an output of an automl step, or "bank@7".'),
  data,
  target: optional(filled("Default: that of the model.")),
  against: optional(
    filled('What is in production, such as "bank@production". Where it is not there, the new one is better.'),
  ),
  metric: optional(filled("Default: the metric that the model was chosen by.")),
  min_improvement: optional(numeric("By how much the new one must be better. Default 0: as good is not better.")),
  threshold: optional(numeric("Value that the new one must reach anyway.")),
  when_not_better: optional(choice(["cancel", "continue", "fail"], "Default cancel: the rest of the run ends.")),
});

const register = closed({
  type: Type.Literal("register"),
  ...stepBase,
  model: filled("An output that is a model: of an automl step, or what a command wrote."),
  name: filled("Registered model; made where it is not there."),
  alias: optional(filled("Moved to the new version.")),
  tags: optional(keyed(template("Value."), "Name -> value.")),
});

const deploy = closed({
  type: Type.Literal("deploy"),
  ...stepBase,
  endpoint: filled("Made where it is not there."),
  model: filled('A registered version: "bank@best", or the output `version` of a register step.'),
  traffic: optional(
    numeric("Percent for the new deployment once it is healthy. Default 100: the old ones are removed."),
  ),
  settings: optional(keyed(template("Its value."), "Settings of an endpoint that is made.")),
});

const batch_score = closed({
  type: Type.Literal("batch_score"),
  ...stepBase,
  data,
  model: optional(filled("Either it or the endpoint.")),
  endpoint: optional(filled("Whose current model scores.")),
  output: filled("Dataset that gets a version."),
  method: optional(choice(["predict", "predict_proba"], "Default predict.")),
  keep_inputs: optional(flag("The columns of the data stand beside the predictions.")),
  format,
});

const commandOutput = closed({
  type: choice(["file", "folder", "dataset", "model", "value"], "What the command writes there."),
  name: optional(filled("Of a dataset: its name.")),
  path: optional(filled("In its working folder. Default: what ${{ outputs.NAME }} stands for.")),
});

const command = closed({
  type: Type.Literal("command"),
  ...stepBase,
  command: Type.Array(text("One argument."), {
    minItems: 1,
    maxItems: limits.arguments,
    description: "Program and arguments; no shell reads them.",
  }),
  code: optional(filled("Files that it runs in: a folder beside the pipeline's file.")),
  environment: optional(
    Type.Union([
      filled('Registered: "sklearn@2".'),
      closed({
        python: optional(
          closed({ requirements: Type.Union([filled("requirements.txt in `code`."), texts("Its lines.")]) }),
        ),
      }),
    ]),
  ),
  inputs: optional(named(template("Dataset, model, file, or value."), "For ${{ inputs.NAME }}.", 100)),
  outputs: optional(named(commandOutput, "For ${{ outputs.NAME }}.", 100)),
  env: optional(
    Type.Record(Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_]{0,199}$" }), text("Its value."), {
      additionalProperties: false,
      maxProperties: 500,
      description: "Environment variables.",
      "x-rule": 'letters, digits and "_", beginning with no digit',
    }),
  ),
});

const http = closed({
  type: Type.Literal("http"),
  ...stepBase,
  url: filled("Where to."),
  method: optional(choice(["GET", "POST", "PUT", "PATCH", "DELETE"], "Default POST where there is a body, else GET.")),
  headers: optional(keyed(text("Its value."), "Name -> value.", 100)),
  body: optional(template("JSON; a text is sent as it stands.")),
  expect: optional(
    Type.Array(count(100, 599, "A status."), { minItems: 1, maxItems: 500, description: "Default: 200 to 299." }),
  ),
});

const notify = closed({
  type: Type.Literal("notify"),
  ...stepBase,
  to: filled("A webhook's URL, or the name of a registered one."),
  message: filled("What it is told."),
});

const approval = closed({
  type: Type.Literal("approval"),
  ...stepBase,
  message: filled("What is to be decided."),
  approvers: optional(texts("Users who may decide. Default: contributors and owners.")),
});

const pipeline = closed({
  type: Type.Literal("pipeline"),
  ...stepBase,
  pipeline: filled('A published pipeline: "retrain" or "retrain@3".'),
  parameters: optional(keyed(template("Its value."), "Name -> value.", limits.parameters)),
});

export const stepSchemas = {
  data_check,
  transform,
  automl,
  evaluate,
  register,
  deploy,
  batch_score,
  command,
  http,
  notify,
  approval,
  pipeline,
} satisfies Record<StepType, unknown>;
