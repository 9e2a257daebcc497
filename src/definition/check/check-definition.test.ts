import { describe, expect, test } from "vitest";
import { SlipwayError } from "../../base/index.ts";
import { parsePipeline } from "../read/parse-pipeline.ts";
import { assertDefinition, checkDefinition, definitionOf } from "./check-definition.ts";

/** Steps of a pipeline, from line 8 on. */
const withSteps = (steps: string): string => `name: retrain
parameters:
  data: {type: dataset, default: bank}
  metric: {type: enum, values: [accuracy, AUC_weighted], default: accuracy}
  limit: {type: number, default: 60}
  metrics: {type: list, default: [accuracy]}
steps:
${steps}`;

const train = `  train:
    type: automl
    data: \${{ parameters.data }}
    options: {target: y}
`;
const each = `  each:
    type: automl
    for_each: \${{ parameters.metrics }}
    data: bank
    options: {target: y, metric: "\${{ item }}"}
`;
const hello = `  hello:
    type: command
    command: [echo, hello]
`;
/** A step whose one line besides is wrong, on line 11. */
const helloWith = (line: string): string => withSteps(`${hello}    ${line}\n`);
/** Below train, on line 12 and after. */
const afterTrain = (step: string): string => withSteps(train + step);

const json = (value: unknown): string => JSON.stringify(value);

describe("what is wrong is said with its line, its path, and why", () => {
  test.each<[string, string, number | null, string, RegExp]>([
    ["no text", "  \n", null, "", /the file is empty/],
    ["no object", "[1, 2]", 1, "", /expected an object, got a list/],
    ["not YAML", "name: a\nsteps: [", 2, "", /not YAML/],
    ["two documents", "name: a\n---\nname: b", 2, "", /one pipeline/],
    ["a bad escape", 'name: "a\\q"', 1, "", /\\q in double quotes/],
    ["a duplicate key", "name: a\nname: b\nsteps: {}", 2, "name", /stands here twice/],
    ["a merge key", withSteps(`${hello}    <<: {retries: 2}\n`), 11, 'steps.hello["<<"]', /merge keys/],
    ["a tag", helloWith("description: !!binary aGVsbG8="), 11, "steps.hello.description", /tag/],
    ["an alias without anchor", helloWith("description: *there"), 11, "steps.hello.description", /anchor|alias/i],
    [
      "an inexact number",
      helloWith("timeout: 12345678901234567890"),
      11,
      "steps.hello.timeout",
      /not? number|kept exactly/,
    ],
    ["infinity", helloWith("timeout: .inf"), 11, "steps.hello.timeout", /Infinity/],
    ["a prototype", helloWith("__proto__: {a: 1}"), 11, "steps.hello.__proto__", /no name/],
    ["a NUL", helloWith('description: "a\\0b"'), 11, "steps.hello.description", /NUL/],
    ["half a character", helloWith('description: "\\uD800"'), 11, "steps.hello.description", /surrogate/],
    [
      "a deep value",
      helloWith(`for_each: ${"[".repeat(40)}${"]".repeat(40)}`),
      11,
      `steps.hello.for_each${"[0]".repeat(30)}`,
      /deeper than 32/,
    ],
    ["no name", "steps:\n  a: {type: approval, message: x}", 1, "name", /a pipeline needs "name"/],
    [
      "a bad name",
      "name: my pipeline\nsteps:\n  a: {type: approval, message: x}",
      1,
      "name",
      /expected 1 to 100 letters/,
    ],
    ["a reserved name", "name: constructor\nsteps:\n  a: {type: approval, message: x}", 1, "name", /expected/],
    ["no steps", "name: a", 1, "steps", /needs "steps"/],
    ["an empty list of steps", "name: a\nsteps: {}", 2, "steps", /at least one step/],
    [
      "an unknown field of the pipeline",
      "name: a\nparams: {}\nsteps:\n  a: {type: approval, message: x}",
      2,
      "params",
      /has no field "params"/,
    ],
    ["a step that is a text", withSteps("  a: echo"), 8, "steps.a", /expected an object, got "echo"/],
    ["a step without type", withSteps("  a: {command: [x]}"), 8, "steps.a.type", /a step needs "type"/],
    ["an unknown type", withSteps("  a: {type: comand, command: [x]}"), 8, "steps.a.type", /got "comand"/],
    [
      "a step's bad name",
      withSteps("  a.b: {type: approval, message: x}"),
      8,
      'steps["a.b"]',
      /the name "a.b" is not allowed/,
    ],
    ["a step's reserved name", withSteps("  toString: {type: approval, message: x}"), 8, "steps.toString", /reserved/],
    [
      "a missing field",
      withSteps("  a:\n    type: transform\n    output: x\n    inputs: {t: bank}"),
      8,
      "steps.a.query",
      /"transform" needs "query"/,
    ],
    ["an unknown field", helloWith("cmd: [x]"), 11, "steps.hello.cmd", /no field "cmd"/],
    [
      "an argument that is a number",
      withSteps("  a:\n    type: command\n    command: [sleep, 5]"),
      10,
      "steps.a.command[1]",
      /expected a text, got 5/,
    ],
    ["an empty command", withSteps("  a:\n    type: command\n    command: []"), 10, "steps.a.command", /empty/],
    [
      "an empty program",
      withSteps('  a:\n    type: command\n    command: [" "]'),
      10,
      "steps.a.command[0]",
      /program's name is empty/,
    ],
    [
      "a shell line",
      withSteps("  a:\n    type: command\n    command: echo hello"),
      10,
      "steps.a.command",
      /expected a list/,
    ],
    ["needs of no step", helloWith("needs: [clean]"), 11, "steps.hello.needs[0]", /no step "clean"/],
    ["needs of itself", helloWith("needs: [hello]"), 11, "steps.hello.needs[0]", /needs itself/],
    ["needs twice", withSteps(`${train}${hello}    needs: [train, train]\n`), 15, "steps.hello.needs[1]", /twice/],
    ["needs that are a text", helloWith("needs: train"), 11, "steps.hello.needs", /expected a list/],
    [
      "a cycle",
      withSteps(
        "  a: {type: approval, message: x, needs: [b]}\n  b: {type: approval, message: x, needs: [c]}\n  c: {type: approval, message: x, needs: [a]}",
      ),
      8,
      "steps.a",
      /wait for each other: a -> c -> b -> a|a -> b -> c -> a/,
    ],
    [
      "a cycle by an output",
      withSteps(
        '  a: {type: notify, to: x, message: "${{ steps.b.outputs.by }}"}\n  b: {type: approval, message: x, needs: [a]}',
      ),
      8,
      "steps.a",
      /a -> b -> a/,
    ],
    ["negative retries", helloWith("retries: -1"), 11, "steps.hello.retries", /0 or more and at most 100, got -1/],
    ["half a retry", helloWith("retries: 1.5"), 11, "steps.hello.retries", /expected a whole number/],
    ["a timeout of nothing", helloWith("timeout: 0"), 11, "steps.hello.timeout", /more than 0/],
    ["a timeout of months", helloWith("timeout: 9999999"), 11, "steps.hello.timeout", /at most 2592000/],
    [
      "a timeout in words",
      helloWith("timeout: 5 minutes"),
      11,
      "steps.hello.timeout",
      /expected a number, got "5 minutes"/,
    ],
    [
      "memory in no unit",
      helloWith("resources: {memory: 2 apples}"),
      11,
      "steps.hello.resources.memory",
      /expected bytes/,
    ],
    ["no cores", helloWith("resources: {cores: 0}"), 11, "steps.hello.resources.cores", /more than 0/],
    [
      "a label of blanks",
      helloWith('resources: {labels: ["big gpu"]}'),
      11,
      "steps.hello.resources.labels[0]",
      /got "big gpu"/,
    ],
    ["true in quotes", helloWith('allow_reuse: "yes"'), 11, "steps.hello.allow_reuse", /expected true or false/],
    ["max_parallel alone", helloWith("max_parallel: 2"), 11, "steps.hello.max_parallel", /belongs to for_each/],
    ["for_each of a number", helloWith("for_each: 3"), 11, "steps.hello.for_each", /expected a list/],
    ["for_each of a word", helloWith("for_each: metrics"), 11, "steps.hello.for_each", /expected a list/],
    ["for_each of too many", helloWith(`for_each: [${"1,".repeat(1001)}]`), 11, "steps.hello.for_each", /at most 1000/],
    [
      "for_each with its own item",
      helloWith('for_each: ["${{ item }}"]'),
      11,
      "steps.hello.for_each[0]",
      /only in a step with for_each/,
    ],
    [
      "an item without for_each",
      helloWith('env: {A: "${{ item }}"}'),
      11,
      "steps.hello.env.A",
      /only in a step with for_each/,
    ],
    [
      "an expression that does not parse",
      helloWith('env: {A: "${{ parameters. }}"}'),
      11,
      "steps.hello.env.A",
      /expected a name after ".".*character 17/,
    ],
    ["an expression that does not end", helloWith('env: {A: "${{ run.id"}'), 11, "steps.hello.env.A", /not closed/],
    [
      "two expressions in one",
      helloWith('env: {A: "${{ run.id run.name }}"}'),
      11,
      "steps.hello.env.A",
      /expected "}}", got "run"/,
    ],
    [
      "an unknown parameter",
      helloWith('env: {A: "${{ parameters.metrik }}"}'),
      11,
      "steps.hello.env.A",
      /no parameter "metrik"/,
    ],
    [
      "an unknown step",
      helloWith('env: {A: "${{ steps.trian.outputs.run }}"}'),
      11,
      "steps.hello.env.A",
      /no step "trian"/,
    ],
    [
      "an unknown root",
      helloWith('env: {A: "${{ secrets.token }}"}'),
      11,
      "steps.hello.env.A",
      /"secrets.token" is no value/,
    ],
    ["an unknown function", helloWith("if: success()"), 11, "steps.hello.if", /no function "success"/],
    ["a function with arguments", helloWith("if: always(1)"), 11, "steps.hello.if", /takes 0 arguments, got 1/],
    ["always() in a text", helloWith('env: {A: "${{ always() }}"}'), 11, "steps.hello.env.A", /only in "if"/],
    ["one equals sign", helloWith('if: parameters.metric = "accuracy"'), 11, "steps.hello.if", /equal is "=="/],
    ["chained comparisons", helloWith("if: 1 < parameters.limit < 3"), 11, "steps.hello.if", /not chained/],
    [
      "a condition with a rest",
      helloWith("if: ${{ parameters.limit > 3 }} and more"),
      11,
      "steps.hello.if",
      /one expression/,
    ],
    [
      "an unknown output",
      afterTrain("  a: {type: register, name: bank, model: '${{ steps.train.outputs.modle }}'}\n"),
      12,
      "steps.a.model",
      /has no output "modle"/,
    ],
    [
      "an undeclared output of a command",
      withSteps(`${hello}  a: {type: notify, to: x, message: "\${{ steps.hello.outputs.a }}"}\n`),
      11,
      "steps.a.message",
      /no output "a"/,
    ],
    [
      "its own output",
      helloWith('env: {A: "${{ steps.hello.outputs.a }}"}'),
      11,
      "steps.hello.env.A",
      /cannot wait for itself/,
    ],
    [
      "a list in a text",
      withSteps(`${each}  a: {type: register, name: bank, model: "\${{ steps.each.outputs.model }}"}\n`),
      13,
      "steps.a.model",
      /is a list, since "each" has for_each/,
    ],
    [
      "an input that is not there",
      helloWith('env: {A: "${{ inputs.data }}"}'),
      11,
      "steps.hello.env.A",
      /the step has no input "data"/,
    ],
    [
      "an input elsewhere",
      afterTrain("  a: {type: notify, to: x, message: '${{ inputs.data }}'}\n"),
      12,
      "steps.a.message",
      /only in "command" and "env"/,
    ],
    [
      "a metric for a table",
      afterTrain("  a: {type: batch_score, data: '${{ steps.train.outputs.model }}', model: m, output: o}\n"),
      12,
      "steps.a.data",
      /data is a dataset, and steps.train.outputs.model is a model/,
    ],
    [
      "an expression in a query",
      withSteps(
        "  a:\n    type: transform\n    inputs: {t: bank}\n    output: o\n    query: select * from t where x = '${{ parameters.metric }}'",
      ),
      12,
      "steps.a.query",
      /an expression cannot stand here/,
    ],
    [
      "an expression in a number",
      helloWith('retries: "${{ parameters.limit }}"'),
      11,
      "steps.hello.retries",
      /cannot stand here/,
    ],
    [
      "a model and an endpoint",
      withSteps("  a: {type: batch_score, data: bank, model: m, endpoint: e, output: o}"),
      8,
      "steps.a",
      /either a model or an endpoint/,
    ],
    [
      "a URL of a file",
      withSteps("  a: {type: http, url: 'file:///etc/passwd'}"),
      8,
      "steps.a.url",
      /http:\/\/ or https:\/\//,
    ],
    [
      "a status of 42",
      withSteps("  a: {type: http, url: 'https://example.org', expect: [42]}"),
      8,
      "steps.a.expect[0]",
      /100 or more/,
    ],
    ["code elsewhere", helloWith("code: ../secrets"), 11, "steps.hello.code", /without ".."/],
    ["code by an absolute path", helloWith("code: /etc"), 11, "steps.hello.code", /relative path/],
    [
      "an output elsewhere",
      helloWith("outputs: {a: {type: file, path: ../x}}"),
      11,
      "steps.hello.outputs.a.path",
      /without ".."/,
    ],
    ["an output of no type", helloWith("outputs: {a: {path: x}}"), 11, "steps.hello.outputs.a.type", /needs "type"/],
    [
      "a dataset without name",
      helloWith("outputs: {a: {type: dataset}}"),
      11,
      "steps.hello.outputs.a.name",
      /needs "name"/,
    ],
    ["a variable's bad name", helloWith("env: {1A: x}"), 11, 'steps.hello.env["1A"]', /not allowed/],
    ["no checks", withSteps("  a: {type: data_check, data: bank, checks: []}"), 8, "steps.a.checks", /empty/],
    [
      "an unknown check",
      withSteps("  a: {type: data_check, data: bank, checks: [{check: nuls}]}"),
      8,
      "steps.a.checks[0].check",
      /got "nuls"/,
    ],
    [
      "a check without bounds",
      withSteps("  a: {type: data_check, data: bank, checks: [{check: row_count}]}"),
      8,
      "steps.a.checks[0]",
      /needs "min", "max"/,
    ],
    [
      "bounds that cross",
      withSteps("  a: {type: data_check, data: bank, checks: [{check: row_count, min: 3, max: 2}]}"),
      8,
      "steps.a.checks[0].min",
      /min 3 is more than max 2/,
    ],
    [
      "a bound that is a word",
      withSteps("  a: {type: data_check, data: bank, checks: [{check: row_count, min: few}]}"),
      8,
      "steps.a.checks[0].min",
      /expected a number, or an expression/,
    ],
    [
      "a dataset's bad name",
      withSteps("  a: {type: transform, inputs: {t: bank}, query: select 1, output: my table}"),
      8,
      "steps.a.output",
      /expected a name/,
    ],
    [
      "itself as a step",
      withSteps("  a: {type: pipeline, pipeline: retrain@2}"),
      8,
      "steps.a.pipeline",
      /self-nesting/,
    ],
    [
      "no pipeline's name",
      withSteps("  a: {type: pipeline, pipeline: 'a b'}"),
      8,
      "steps.a.pipeline",
      /expected a pipeline's name/,
    ],
    [
      "an enum without values",
      "name: a\nparameters:\n  m: {type: enum}\nsteps:\n  a: {type: approval, message: x}",
      3,
      "parameters.m.values",
      /needs "values"/,
    ],
    [
      "values of a number",
      "name: a\nparameters:\n  m: {type: number, values: [1]}\nsteps:\n  a: {type: approval, message: x}",
      3,
      "parameters.m.values",
      /belongs to an enum/,
    ],
    [
      "a default that is none of them",
      "name: a\nparameters:\n  m: {type: enum, values: [a, b], default: c}\nsteps:\n  a: {type: approval, message: x}",
      3,
      "parameters.m.default",
      /one of a, b, got "c"/,
    ],
    [
      "a default of another type",
      "name: a\nparameters:\n  m: {type: number, default: '45'}\nsteps:\n  a: {type: approval, message: x}",
      3,
      "parameters.m.default",
      /expected a number, got "45"/,
    ],
    [
      "an unknown type of parameter",
      "name: a\nparameters:\n  m: {type: int}\nsteps:\n  a: {type: approval, message: x}",
      3,
      "parameters.m.type",
      /got "int"/,
    ],
    [
      "an output of the run with item",
      withSteps(`${hello}outputs: {a: "\${{ item }}"}`),
      11,
      "outputs.a",
      /only in a step with for_each/,
    ],
  ])("%s", (_name, text, line, path, message) => {
    const { definition, problems } = parsePipeline(text);
    expect(definition).toBeNull();
    const wrong = { path, line, message: expect.stringMatching(message) as string };
    expect(problems).toContainEqual(expect.objectContaining(wrong));
  });
});

test("all is found in one go, in the order of the lines, with the nearest name", () => {
  const text = withSteps(
    `${hello}    retrys: 3\n    if: paramters.limit > 3\n    needs: [hallo]\n    env: {A: "\${{ parameters.limits }}"}\n`,
  );
  const { problems } = parsePipeline(text);
  expect(problems.map(({ line, path, fix }) => [line, path, fix])).toEqual([
    [11, "steps.hello.retrys", 'Did you mean "retries"?'],
    [12, "steps.hello.if", "See the expressions in docs/pipelines.md."],
    [13, "steps.hello.needs[0]", 'Did you mean "hello"?'],
    [14, "steps.hello.env.A", 'Did you mean "limit"?'],
  ]);
  expect(problems[1]?.message).toContain('did you mean "parameters"?');
});

test("at most 100 problems are listed", () => {
  const steps = Array.from({ length: 300 }, (_, index) => `  s${index}: {type: nothing}`).join("\n");
  expect(parsePipeline(withSteps(steps)).problems).toHaveLength(100);
});

test("the first is in the error's message, and all are in its details", () => {
  const checked = parsePipeline(helloWith("retries: many\n    timeout: 0"));
  let thrown: unknown;
  try {
    definitionOf(checked);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(SlipwayError);
  expect((thrown as SlipwayError).code).toBe("SLW_PIPELINE_INVALID");
  expect((thrown as SlipwayError).message).toBe(
    'line 11, steps.hello.retries: expected a whole number, got "many" (and 1 more)',
  );
  expect((thrown as SlipwayError).details["problems"]).toHaveLength(2);
});

describe("too much is refused, and soon", () => {
  const one = { type: "approval", message: "?" };
  const many = (count: number): object =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`s${index}`, one]));

  test("500 steps are taken, 501 and 10,000 are not", () => {
    expect(checkDefinition({ name: "a", steps: many(500) }).problems).toEqual([]);
    for (const count of [501, 10_000]) {
      const { problems } = parsePipeline(json({ name: "a", steps: many(count) }));
      expect(problems.map(({ message }) => message)).toEqual([`a pipeline has at most 500 steps, this one ${count}`]);
    }
  });

  test("a chain of 500 steps, each needing the one before, and all those before", () => {
    const steps = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [
        `s${index}`,
        { ...one, needs: Array.from({ length: index }, (_unused, other) => `s${other}`) },
      ]),
    );
    expect(checkDefinition({ name: "a", steps }).problems).toEqual([]);
  });

  test("a huge text", () => {
    const { problems } = checkDefinition({ name: "a", description: "x".repeat(70_000), steps: many(1) });
    expect(problems[0]).toMatchObject({ line: null, column: null, path: "description" });
    expect(problems[0]?.message).toContain("at most 65536 characters, this one 70000");
    expect(parsePipeline(`name: ${"x".repeat(2 ** 20)}`).problems[0]?.message).toContain("at most 1048576 bytes");
  });

  test("a definition beyond 1 MiB as JSON", () => {
    const steps = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`s${index}`, { ...one, message: "é".repeat(40_000) }]),
    );
    expect(checkDefinition({ name: "a", steps }).problems[0]?.message).toContain("at most 1048576 bytes as JSON");
  });

  test("an object that holds itself, or the same again and again", () => {
    const circle: Record<string, unknown> = { name: "a" };
    circle["steps"] = circle;
    expect(checkDefinition(circle).problems[0]?.message).toContain("nested deeper than 32");
    let bomb: unknown = "lol";
    for (let level = 0; level < 25; level++) bomb = [bomb, bomb, bomb, bomb];
    expect(checkDefinition({ name: "a", steps: bomb }).problems[0]?.message).toContain("at most 1048576 bytes");
  });

  test.each([
    ["a function", () => 1],
    ["a symbol", Symbol("x")],
    ["a large integer", 10n],
    ["a date", new Date(0)],
    ["no number", Number.NaN],
  ])("%s is no JSON", (_name, value) => {
    const { problems } = checkDefinition({ name: "a", steps: { a: { ...one, description: value } } });
    expect(problems[0]?.path).toBe("steps.a.description");
    expect(problems[0]?.message).toMatch(/no JSON|no number/);
  });
});

test("the definition is a copy: who gave it cannot change it afterwards", () => {
  const given = { name: "a", steps: { a: { type: "approval", message: "?", description: undefined } } };
  const definition = assertDefinition(given);
  expect(definition).toEqual({ name: "a", steps: { a: { type: "approval", message: "?" } } });
  given.steps.a.message = "changed";
  expect(definition.steps["a"]).toEqual({ type: "approval", message: "?" });
});
