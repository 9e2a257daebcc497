import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SlipwayError } from "../../base/index.ts";
import { itemsOf, resolvePlaces, resolveStep } from "../resolve-step.ts";
import { resolveTemplate } from "../resolve-template.ts";
import type { CommandStep, Step, Template } from "../types.ts";
import { evaluateCondition } from "./evaluate.ts";
import { parseCondition } from "./parse.ts";
import type { ConditionScope, Scope } from "./scope.ts";

const dataset = { type: "dataset", dataset: "bank", version: 3 } as const;
const model = (runId: string) => ({ type: "model", runId, path: "model.slipway", sha256: "0".repeat(64) }) as const;
const value = <T extends Template>(plain: T) => ({ type: "value", value: plain }) as const;

const scope: ConditionScope = {
  parameters: { metric: "accuracy", limit: 60, on: true, list: ["a", 2], text: "45", tricky: "${{ run.id }}" },
  steps: {
    clean: { state: "FINISHED", outputs: { data: dataset, rows: value(100), failed: value(["nulls"]) } },
    train: { state: "FINISHED", outputs: { model: model("r1"), value: value(0.9) } },
    each: {
      state: "FINISHED",
      outputs: [{ model: model("r1"), value: value(0.5) }, null, { model: model("r3"), value: value(0.7) }],
    },
    register: {
      state: "FINISHED",
      outputs: { version: { type: "model_version", model: "bank", version: 7 } },
    },
    skipped: { state: "SKIPPED", outputs: null },
    bad: { state: "FAILED", outputs: null },
  },
  run: { id: "run1", name: "a run" },
  failed: true,
  succeeded: false,
  item: value({ metric: "AUC", depth: { max: 3 } }),
};

describe("a condition", () => {
  test.each<[string, boolean]>([
    ["true", true],
    ["${{ false }}", false],
    ["null", false],
    ["parameters.on", true],
    ['parameters.metric == "accuracy"', true],
    ["parameters.metric == 'accuracy' && parameters.limit > 30", true],
    ["parameters.limit >= 60 && parameters.limit <= 60 && parameters.limit < 61", true],
    ["parameters.limit != 60 || !parameters.on", false],
    ["!(parameters.limit == 60)", false],
    ["parameters.text == 45", true],
    ["parameters.text > 5", true],
    ['parameters.on == "true"', true],
    ["parameters.limit == -1.5e2", false],
    ['"b" > "a"', true],
    ['"10" < "9"', true],
    ["null == null", true],
    ['null == ""', false],
    ["null < 3", false],
    ['steps.train.state == "FINISHED"', true],
    ["steps.train.outputs.value > 0.8", true],
    ['steps.clean.outputs.data == "bank@3"', true],
    ["steps.skipped.outputs.value == null", true],
    ["steps.bad.outputs.value > 0.8", false],
    ['contains(parameters.list, "a")', true],
    ["contains(parameters.list, 2)", true],
    ["contains(parameters.list, 3)", false],
    ['contains(parameters.metric, "cura")', true],
    ['contains(steps.clean.outputs.failed, "nulls")', true],
    ["contains(steps.each.outputs.value, 0.7)", true],
    ['item.metric == "AUC"', true],
    ["item.depth.max == 3", true],
    ['run.id == "run1"', true],
    ["always()", true],
    ["failed()", true],
    ["succeeded()", false],
    ["failed() && always() || succeeded()", true],
    ["true || parameters.nothing_here_is_read", true],
    ["true || (false && true)", true],
    [' "a\\"b\\n\\\\" == \'a"b\n\\\\\' ', true],
  ])("%s", (text, expected) => {
    expect(evaluateCondition(text, scope)).toBe(expected);
  });

  test.each<[string, RegExp]>([
    ["parameters.metric", /true or false, not accuracy/],
    ["parameters.limit", /true or false, not 60/],
    ["1", /true or false/],
    ["parameters.list == 3", /not compared/],
    ["parameters.metric < 3", /have no order/],
    ["parameters.on < true", /have no order/],
    ["parameters.metrik == 3", /did you mean "metric"/],
    ["steps.trian.outputs.value > 3", /did you mean "train"/],
    ["steps.train.outputs.modle == 3", /gave no output "modle": it has model, value/],
    ["item.nothing == 3", /item.nothing is not there/],
    ["contains(item, 3)", /takes a list or a text/],
    ["inputs.data == 3", /known only where the command runs/],
    ["", /expected a name or a value, got the end/],
    ["parameters.__proto__ == 3", /"__proto__" is no name/],
    ["parameters.constructor", /"constructor" is no name/],
    ["item.metric.length == 3", /is not there/],
    ["process.exit(1)", /is no value|unexpected/],
    ["parameters", /expected parameters.NAME/],
    ["steps.train", /expected steps.STEP/],
    ["run.secret", /expected run.id or run.name/],
    ["a.b.c", /there are parameters/],
    ["1 + 1 == 2", /unexpected "\+"/],
    ["9e999 > 1", /too large/],
    ['"\\x" == "x"', /stands for nothing/],
    ["always", /is no value/],
    ["eval(1)", /no function "eval"/],
    ["contains(1)", /takes 2 arguments, got 1/],
    [`${"(".repeat(60)}true${")".repeat(60)}`, /nested more than 50/],
    [`${"!".repeat(60)}true`, /nested more than 50/],
    ["true && ".repeat(600) + "true", /more than 1000 words/],
  ])("is refused: %s", (text, message) => {
    expect(() => evaluateCondition(text, scope)).toThrow(message);
    expect(() => evaluateCondition(text, scope)).toThrow(SlipwayError);
  });
});

describe("a template", () => {
  test.each<[string, Template, Template]>([
    ["a text without any", "$HOME ${x} {{ y }} }}", "$HOME ${x} {{ y }} }}"],
    ["a number alone", "${{ parameters.limit }}", 60],
    ["true alone", "${{ parameters.on }}", true],
    ["a list alone", "${{ parameters.list }}", ["a", 2]],
    ["an object alone", "${{ item.depth }}", { max: 3 }],
    ["a comparison alone", "${{ parameters.limit > 3 }}", true],
    ["in a text", "limit=${{ parameters.limit }}; ${{run.name}}!", "limit=60; a run!"],
    ["blanks around", " ${{ parameters.limit }}", " 60"],
    ["a dataset in a text", "of ${{ steps.clean.outputs.data }}", "of bank@3"],
    ["a model version alone", "${{ steps.register.outputs.version }}", "bank@7"],
    ["a model in a text", "${{ steps.train.outputs.model }} is new", "runs:/r1/model.slipway is new"],
    [
      "what looks like an expression",
      "${{ parameters.tricky }}/${{ parameters.tricky }}",
      "${{ run.id }}/${{ run.id }}",
    ],
    ["an expression that is made of pieces", '$${{ "{{ run.id }}" }}', "${{ run.id }}"],
    [
      "within JSON",
      { a: ["${{ item.metric }}", 1, null], "${{ run.id }}": true },
      { a: ["AUC", 1, null], "${{ run.id }}": true },
    ],
    ["instances' values", "${{ steps.each.outputs.value }}", [0.5, null, 0.7]],
  ])("%s", (_name, template, expected) => {
    expect(resolveTemplate(template, scope).value).toEqual(expected);
  });

  test("tells what stands for more than a text, by place", () => {
    const template = {
      data: "${{ steps.clean.outputs.data }}",
      models: { all: "${{ steps.each.outputs.model }}" },
      "a.b": ["${{ steps.train.outputs.model }}"],
    };
    expect(resolveTemplate(template, scope)).toEqual({
      value: {
        data: "bank@3",
        models: { all: ["runs:/r1/model.slipway", null, "runs:/r3/model.slipway"] },
        "a.b": ["runs:/r1/model.slipway"],
      },
      values: { data: dataset, "models.all[0]": model("r1"), "models.all[2]": model("r3"), '["a.b"][0]': model("r1") },
    });
  });

  test("takes nothing that a user wrote for a reference", () => {
    const given: Scope = { ...scope, item: value({ type: "model", runId: "stolen", path: "x", sha256: "y" }) };
    expect(resolveTemplate({ model: "${{ item }}" }, given)).toEqual({
      value: { model: { type: "model", runId: "stolen", path: "x", sha256: "y" } },
      values: {},
    });
  });

  test.each<[string, RegExp]>([
    ["of ${{ parameters.list }}", /parameters.list is a list/],
    ["of ${{ item }}", /item is an object/],
    ["${{ steps.skipped.outputs.value }}", /gave no output "value": it is SKIPPED/],
    ["${{ always() }}", /only in "if"/],
    ["${{ }}", /expected a name or a value/],
    ["${{ run.id", /not closed/],
    ["${{ ${{ run.id }} }}", /unexpected "\$"/],
  ])("is refused: %s", (template, message) => {
    expect(() => resolveTemplate(template, scope)).toThrow(message);
  });
});

describe("a step", () => {
  test("texts become texts, JSON keeps its types, and what is fixed stays", () => {
    const step: Step = {
      type: "automl",
      if: "${{ parameters.on }}",
      description: "${{ run.id }}",
      data: "${{ steps.clean.outputs.data }}",
      options: { metric: "${{ parameters.metric }}", time_limit: "${{ parameters.limit }}" },
      compute: "target${{ parameters.limit }}",
    };
    expect(resolveStep(step, scope)).toEqual({
      step: { ...step, data: "bank@3", options: { metric: "accuracy", time_limit: 60 }, compute: "target60" },
      values: { data: dataset },
    });
    const evaluate: Step = {
      type: "evaluate",
      model: "m@1",
      data: "d",
      metric: "${{ parameters.limit }}",
      threshold: "${{ parameters.limit }}",
    };
    expect(resolveStep(evaluate, scope).step).toEqual({ ...evaluate, metric: "60", threshold: 60 });
  });

  test("the place is named where it fails", () => {
    const step: Step = { type: "evaluate", model: "m@1", data: "${{ parameters.list }}" };
    expect(() => resolveStep(step, scope)).toThrow("data: expected a text, got a list.");
  });

  test("a command's own paths are put in where it runs, and a value never is one", () => {
    const step: CommandStep = {
      type: "command",
      command: ["x", "--in=${{ inputs.data }}", "${{ parameters.tricky }}$${{ outputs.o }}", "${{ parameters.limit }}"],
      inputs: { data: "${{ steps.clean.outputs.data }}", limit: "${{ parameters.limit }}" },
      env: { A: "${{ outputs.o }}:${{ parameters.on }}" },
    };
    const resolved = resolveStep(step, scope);
    const { command, env, inputs } = resolved.step as CommandStep;
    expect(resolved.values).toEqual({ "inputs.data": dataset });
    expect(inputs).toEqual({ data: "bank@3", limit: 60 });
    const places = { inputs: { data: "/in/data.csv" }, outputs: { o: "/out/o" } };
    const told = [...command, env?.["A"] ?? ""].map((text) => resolvePlaces(text, places));
    expect(told).toEqual(["x", "--in=/in/data.csv", "${{ run.id }}$/out/o", "60", "/out/o:true"]);
    expect(() => resolvePlaces("${{ inputs.other }}", places)).toThrow('no input "other"; it has data');
    expect(() => resolvePlaces("${{ run.id }}", places)).toThrow("was not resolved");
  });
});

describe("for_each", () => {
  test.each<[string, Template, readonly unknown[]]>([
    ["a list", [1, "a", { b: "${{ run.id }}" }], [value(1), value("a"), value({ b: "run1" })]],
    ["a parameter", "${{ parameters.list }}", [value("a"), value(2)]],
    ["outputs of instances", "${{ steps.each.outputs.model }}", [model("r1"), value(null), model("r3")]],
    ["references in a list", ["${{ steps.clean.outputs.data }}"], [dataset]],
    ["nothing", [], []],
  ])("%s", (_name, forEach, expected) => {
    expect(itemsOf(forEach, scope)).toEqual(expected);
  });

  test.each<[Template, RegExp]>([
    ["${{ parameters.metric }}", /for_each: expected a list, got "accuracy"/],
    [3, /expected a list, got 3/],
    [Array.from({ length: 1001 }, () => 0), /longer than 1000/],
    [[{ model: "${{ steps.train.outputs.model }}" }], /more than data/],
  ])("is refused: %j", (forEach, message) => {
    expect(() => itemsOf(forEach, scope)).toThrow(message);
  });
});

describe("whatever is given", () => {
  const words = [
    "parameters",
    ".",
    "metric",
    "steps",
    "train",
    "outputs",
    "(",
    ")",
    "!",
    "&&",
    "||",
    "==",
    "<",
    ">=",
    '"',
    "'",
    "\\",
    " ",
    "}}",
    "${{",
    "item",
    "always",
    "contains",
    ",",
    "-1",
    "1e9",
    "null",
    "__proto__",
    "é",
    "\0",
  ];
  const noise = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(fc.constantFrom(...words), { maxLength: 40 }).map((some) => some.join("")),
  );

  test("only a SlipwayError is thrown", () => {
    fc.assert(
      fc.property(noise, (text) => {
        for (const attempt of [
          () => evaluateCondition(text, scope),
          () => resolveTemplate(text, scope),
          () => resolveTemplate(`\${{ ${text} }}`, scope),
          () => parseCondition(text),
          () => itemsOf(text, scope),
        ]) {
          try {
            attempt();
          } catch (error) {
            expect(error).toBeInstanceOf(SlipwayError);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test("a value arrives as it is, whatever is in it", () => {
    const hostile = fc.oneof(
      noise,
      fc.constantFrom(
        "$(rm -rf /)",
        "`id`",
        "; ls",
        "a|b",
        "> /etc/passwd",
        "$HOME",
        "'\"'",
        "\\",
        "*",
        "~",
        "${IFS}",
        "${{ inputs.a }}",
        "{{ inputs.a }}",
        "${",
        "$",
      ),
    );
    fc.assert(
      fc.property(hostile, hostile, (first, second) => {
        const given: Scope = { ...scope, parameters: { first, second } };
        expect(resolveTemplate("${{ parameters.first }}", given).value).toBe(first);
        const joined = `$\${{ parameters.first }}-\${{ parameters.second }}{`;
        expect(resolveTemplate(joined, given).value).toBe(`$${first}-${second}{`);
        const step: Step = {
          type: "command",
          command: [
            "x",
            joined,
            "${{ parameters.first }}${{ inputs.a }}${{ parameters.second }}",
            "${{ parameters.first }}${{ parameters.second }}",
          ],
        };
        const { command } = resolveStep(step, given).step as CommandStep;
        const told = command.map((text) => resolvePlaces(text, { inputs: { a: "/a" }, outputs: {} }));
        expect(told).toEqual(["x", `$${first}-${second}{`, `${first}/a${second}`, `${first}${second}`]);
      }),
      { numRuns: 500 },
    );
  });

  test("a long text is read in a time that its length decides", () => {
    for (const text of [
      "${{ ".repeat(16_000),
      `\${{ "${"\\".repeat(60_000)}`,
      `\${{ ${"a".repeat(60_000)} }}`,
      `\${{ ${"(".repeat(60_000)}`,
      " ".repeat(65_000),
    ])
      try {
        resolveTemplate(text, scope);
      } catch (error) {
        expect(error).toBeInstanceOf(SlipwayError);
      }
  });
});
