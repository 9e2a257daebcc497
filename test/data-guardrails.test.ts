/** The guardrails that the engine makes are those that the contract promises. */
import { Value } from "typebox/value";
import { expect, test } from "vitest";
import { dataGuardrails } from "../src/automl/guardrails/guardrails.ts";
import { featurize } from "../src/automl/featurize.ts";
import { list, numericColumn, stringColumn, table } from "../src/automl/test-dataset.ts";
import { DataGuardrails } from "../src/contract/index.ts";

const data = table(
  numericColumn(
    "age",
    list(200, (i) => (i % 4 === 0 ? null : i % 50)),
  ),
  stringColumn(
    "city",
    list(200, (i) => `c${i % 60}`),
  ),
  stringColumn(
    "id",
    list(200, (i) => `x${i}`),
  ),
  stringColumn(
    "y",
    list(200, (i) => (i % 10 === 0 ? "yes" : "no")),
  ),
);

test.each(["cv:3", "holdout:0.1", "the validation data"])(
  "validation %s: fit the schema, as JSON too",
  (validation) => {
    const featurized = featurize(data, { target: "y", featurization: { mode: "auto" } });
    const guardrails = dataGuardrails({ table: data, target: "y", featurized, validation, test: data });
    expect(Value.Check(DataGuardrails, guardrails)).toBe(true);
    expect(JSON.parse(JSON.stringify(guardrails))).toEqual(guardrails);
  },
);
