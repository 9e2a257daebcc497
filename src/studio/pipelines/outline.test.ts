import fc from "fast-check";
import { expect, test } from "vitest";
import { outlineOf } from "./outline.ts";

const yaml = `# A comment with steps: in it
name: "bank" # the name
parameters:
  data: {type: dataset, default: bank}
steps:
  check:
    type: data_check
    data: \${{ parameters.data }}
  train:   # trains
    type: automl
    needs: [check]
    options:
      type: nothing
  evaluate: {type: evaluate, needs: [check, train], model: "\${{ steps.train.outputs.model }}"}
  fit:
    type: command
    code: src
    needs:
      - evaluate
      - "check"
    command: [python, "a # b.py"]
  again: {type: command, code: src, command: ["true"]}
  tell:
    type: notify
    if: failed()
outputs:
  value: \${{ steps.evaluate.outputs.value }}
`;

test("steps, types, arrows and folders of a YAML text", () => {
  const { name, steps, code } = outlineOf(yaml);
  expect(name).toBe("bank");
  expect(steps.map((step) => [step.name, step.type, step.needs.join(" ")])).toEqual([
    ["check", "data_check", ""],
    ["train", "automl", "check"],
    ["evaluate", "evaluate", "check train"],
    ["fit", "command", "evaluate check"],
    ["again", "command", ""],
    ["tell", "notify", "check train evaluate fit again"],
  ]);
  expect([...code]).toEqual([["src", ["fit", "again"]]]);
});

test("a JSON text, whole and cut off", () => {
  const json = JSON.stringify({
    name: "a",
    steps: { x: { type: "http" }, y: { type: "command", code: ".", needs: ["x"] } },
  });
  expect(outlineOf(json)).toEqual({
    name: "a",
    steps: [
      { name: "x", type: "http", needs: [] },
      { name: "y", type: "command", needs: ["x"] },
    ],
    code: new Map([[".", ["y"]]]),
  });
  expect(outlineOf(json.slice(0, -1)).steps).toEqual([]);
});

test("any beginning of a text, and any text, gives an outline whose arrows lead to its steps", () => {
  const texts = fc.oneof(
    fc.nat(yaml.length).map((length) => yaml.slice(0, length)),
    fc.string({ unit: fc.constantFrom(..."steps:\n  ab-[]{}#\"'$,type need\t") }).map((text) => `steps:\n${text}`),
    fc.string(),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const { steps } = outlineOf(text);
      const names = new Set(steps.map((step) => step.name));
      for (const step of steps) for (const need of step.needs) expect(names.has(need)).toBe(true);
    }),
  );
});
