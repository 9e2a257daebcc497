import { Type } from "typebox";
import { limits } from "../limits.ts";
import { choice, closed, count, filled, flag, formed, optional, seconds, template, text } from "./fields.ts";

const resources = closed(
  {
    cores: optional(Type.Number({ exclusiveMinimum: 0, maximum: 1024, description: "Default 1." })),
    memory: optional(
      Type.Union([Type.Number({ minimum: 1 }), Type.String({ minLength: 1, maxLength: 30, "x-bytes": true })], {
        description: 'Bytes, or "512 MB", "2 GB". Default: what the worker has.',
      }),
    ),
    labels: optional(
      Type.Array(
        formed(
          "^[A-Za-z0-9][A-Za-z0-9_.=/-]{0,62}$",
          'up to 63 letters, digits, "-", "_", ".", "=" and "/"',
          "A label.",
        ),
        {
          maxItems: 50,
          description: "The worker must have all of them.",
        },
      ),
    ),
  },
  "What the step asks of the machine that it runs on.",
);

/** Fields of every step but its type. */
export const stepBase = {
  description: optional(text("Shown beside the step.")),
  needs: optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
      maxItems: limits.steps,
      description: "Steps that must have ended well before; those whose outputs it uses need not be named.",
    }),
  ),
  if: optional(filled("Condition: the step runs where it is true, such as `steps.train.outputs.value > 0.9`.")),
  for_each: optional(template("A list, or an expression that is one: one instance a member, `${{ item }}`.")),
  max_parallel: optional(count(1, limits.items, "Instances of for_each that run at a time. Default: all.")),
  retries: optional(count(0, 100, "How often it is tried again after a failure. Default 0.")),
  retry_delay: optional(seconds(0, "Seconds between two tries; twice as long after each. Default 1.")),
  timeout: optional(
    Type.Number({
      exclusiveMinimum: 0,
      maximum: limits.timeout,
      description: "Seconds that a try may take. Default: an hour; AutoML: its time limit and what it may take beyond.",
    }),
  ),
  allow_reuse: optional(flag("May what came out before, of the same code, inputs and settings, be used?")),
  continue_on_failure: optional(flag("The rest of the run goes on when this step has failed. Default false.")),
  compute: optional(filled("Compute target. Default: the pipeline's.")),
  resources: optional(resources),
};

export const format = optional(choice(["csv", "parquet"], "Of the file that is stored. Default csv."));
