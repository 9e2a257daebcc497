import fc from "fast-check";
import { expect, test } from "vitest";
import type { PipelineRunStep } from "../../contract/index.ts";
import { graphOfDefinition, graphOfRun, partsOf, shownState, stepsInText } from "./graph.ts";

const needs = (steps: Record<string, object>) =>
  Object.fromEntries(graphOfDefinition({ steps }).map((step) => [step.name, step.needs]));

test("arrows come from needs, conditions and expressions anywhere in a step", () => {
  expect(
    needs({
      check: { type: "data_check", data: "bank" },
      train: { type: "automl", needs: ["check"], options: { target: "${{ parameters.y }}" } },
      evaluate: { type: "evaluate", model: "${{ steps.train.outputs.model }}" },
      register: {
        type: "register",
        if: "steps.evaluate.outputs.better == true",
        tags: { from: ["${{steps.check.state}}"] },
      },
    }),
  ).toEqual({ check: [], train: ["check"], evaluate: ["train"], register: ["evaluate", "check"] });
});

test("a condition about how things went waits for all others, but not for another such", () => {
  expect(needs({ a: {}, b: { needs: ["a"] }, tell: { if: "failed()" }, always: { if: "${{ always() }}" } })).toEqual({
    a: [],
    b: ["a"],
    tell: ["a", "b"],
    always: ["a", "b"],
  });
  expect(needs({ a: {}, b: {}, tell: { if: "failed()", needs: ["a"] } })["tell"]).toEqual(["a"]);
});

test.each<[string, string[]]>([
  ["${{ steps.train.outputs.model }}", ["train"]],
  ["a ${{ steps.a-b.state }} and ${{ steps._c.outputs.x }}", ["a-b", "_c"]],
  ['${{ "steps.no.state" }}', []],
  ["steps.no.state", []],
  ["${{ mysteps.no.state }} ${{ parameters.steps.no }}", []],
])("steps in %j", (text, expected) => {
  expect(stepsInText(text)).toEqual(expected);
});

test("steps that are not there, the step itself and what is no step make no arrow", () => {
  expect(needs({ a: { needs: ["a", "absent", 3] as unknown[], x: "${{ steps.gone.state }}" } })).toEqual({ a: [] });
  expect(graphOfDefinition({ steps: [1] })).toEqual([]);
  expect(graphOfDefinition({ steps: { a: null } })).toEqual([{ name: "a", type: "", needs: [] }]);
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (steps) => {
      const graph = graphOfDefinition({ steps });
      for (const step of graph) for (const need of step.needs) expect(Object.keys(steps)).toContain(need);
    }),
  );
});

const step = (name: string, fields: Partial<PipelineRunStep> = {}): PipelineRunStep => ({
  name,
  step: name.replace(/\[.*/, ""),
  type: "automl",
  description: null,
  needs: [],
  state: "FINISHED",
  reason: null,
  runId: null,
  earlierRuns: [],
  inputs: [],
  reusedFrom: null,
  outputs: null,
  metrics: {},
  decision: null,
  attempt: 1,
  exitCode: null,
  signal: null,
  cpuSeconds: null,
  peakMemory: null,
  queuedAt: null,
  startedAt: null,
  endedAt: null,
  ...fields,
});

test("instances of a for_each are one box, in the state that one would look at", () => {
  const graph = graphOfRun([
    step("train", { state: "RUNNING" }),
    step("train[0]", { state: "FINISHED" }),
    step("train[1]", { state: "FAILED" }),
    step("register", { state: "WAITING", needs: ["train", "elsewhere"] }),
  ]);
  expect(graph.map(({ name, state, needs: before, instances }) => [name, state, before, instances.length])).toEqual([
    ["train", "FAILED", [], 2],
    ["register", "WAITING", ["train"], 0],
  ]);
  expect(partsOf(graph).map(({ name }) => name)).toEqual(["train[0]", "train[1]", "register"]);
});

test("what was reused says so", () => {
  expect(shownState(step("a", { reusedFrom: "abc" }))).toBe("REUSED");
  expect(shownState(step("a", { state: "FAILED", reusedFrom: null }))).toBe("FAILED");
});
