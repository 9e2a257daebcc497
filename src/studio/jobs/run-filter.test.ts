import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseRunFilter, RunFilterError } from "./run-filter.ts";

describe("what is typed above the runs", () => {
  test.each([
    ["", {}],
    ["  ", {}],
    ["otter", { filter: "attributes.run_name ILIKE '%otter%'" }],
    ["calm-otter-17", { filter: "attributes.run_name ILIKE '%calm-otter-17%'" }],
    ["'calm otter'", { filter: "attributes.run_name ILIKE '%calm otter%'" }],
    ["O'Neill", { filter: "attributes.run_name ILIKE '%O''Neill%'" }],
    ["name:foo", { filter: "attributes.run_name ILIKE '%foo%'" }],
    ["status:failed", { status: ["FAILED"] }],
    ["Status:Done status:cancelled status:finished", { status: ["FINISHED", "KILLED"] }],
    ["kind:automl", { kind: ["automl"] }],
    ["user:ann", { filter: "attributes.user_id = 'ann'" }],
    ["metric.auc > .9", { filter: "metrics.auc > .9" }],
    ["metric.auc>.9", { filter: "metrics.auc > .9" }],
    ["metric.auc:>=1e-3", { filter: "metrics.auc >= 1e-3" }],
    ["metrics.val/auc > 0.5", { filter: "metrics.`val/auc` > 0.5" }],
    ["metrics.`mean error` < 2", { filter: "metrics.`mean error` < 2" }],
    ["param.model:LightGBM", { filter: "params.model = 'LightGBM'" }],
    ["params.model = LightGBM", { filter: "params.model = 'LightGBM'" }],
    ["params.model != 'Light GBM'", { filter: "params.model != 'Light GBM'" }],
    ["tag.team:risk", { filter: "tags.team = 'risk'" }],
    ["tags.mlflow.user LIKE 'a%'", { filter: "tags.mlflow.user LIKE 'a%'" }],
    ["params.x is not null", { filter: "params.x IS NOT NULL" }],
    ["attributes.run_id IN ('a', 'b')", { filter: "attributes.run_id IN ('a', 'b')" }],
    ["start_time > 1700000000000", { filter: "attributes.start_time > 1700000000000" }],
    [
      "metric.auc > .9 status:failed name:foo",
      { filter: "metrics.auc > .9 AND attributes.run_name ILIKE '%foo%'", status: ["FAILED"] },
    ],
    [
      "metrics.AUC > 0.9 AND params.model = 'LightGBM' and tags.team LIKE 'risk%'",
      { filter: "metrics.AUC > 0.9 AND params.model = 'LightGBM' AND tags.team LIKE 'risk%'" },
    ],
  ])("%s", (text, expected) => {
    expect(parseRunFilter(text)).toEqual(expected);
  });

  test.each([
    ["metric.auc >", "missing"],
    ["metric.auc > high", "a number, not with high"],
    ["status:odd", "There is no status odd"],
    ["kind:odd", "There is no kind odd"],
    ["name:'a", "not closed"],
    ["metric.a > 1 OR metric.b > 2", "OR is not known"],
    ["colour:red", "colour: is not known"],
    ["foo.bar = 1", "foo is not known"],
  ])("%s is refused: %s", (text, message) => {
    expect(() => parseRunFilter(text)).toThrow(RunFilterError);
    expect(() => parseRunFilter(text)).toThrow(message);
  });

  test("is read to its end, or refused in words", () => {
    const pieces = fc.constantFrom(
      "metric.a",
      "status:",
      "name",
      ":",
      ">",
      "'",
      '"',
      " ",
      "and ",
      "x-1",
      "`",
      ".",
      "=",
      "(",
      ",",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        try {
          parseRunFilter(parts.join(""));
        } catch (error) {
          expect(error).toBeInstanceOf(RunFilterError);
        }
      }),
    );
  });

  test("a name of any letters is looked for as it is typed", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\p{L}\p{N}_-]{1,20}$/u), (word) => {
        fc.pre(!/^(and|or)$/i.test(word));
        expect(parseRunFilter(word)).toEqual({ filter: `attributes.run_name ILIKE '%${word}%'` });
      }),
    );
  });
});
