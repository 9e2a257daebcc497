import { describe, expect, it } from "vitest";
import { createRandom } from "../../base/index.ts";
import { combineOutputs } from "../../model/index.ts";
import { fitStack, type StackRows } from "./stack.ts";

const random = createRandom(3);
const ROWS = 2_000;

function lossOf(rows: StackRows, coefficients: Float64Array, intercepts: readonly number[]): number {
  const width = Math.max(1, rows.classes);
  const members = rows.members.map((outputs, m) => ({ outputs, weight: coefficients[m] }));
  const outputs = combineOutputs({ kind: "stack", intercepts }, members, rows.target.length, width);
  let loss = 0;
  rows.target.forEach((value, row) => {
    loss += rows.classes === 0 ? (outputs[row] - value) ** 2 : -Math.log(outputs[row * width + value]);
  });
  return loss / rows.target.length;
}

describe("a stack", () => {
  it("of values corrects what a mean cannot: models that say too little, and are off by a constant", () => {
    const target = Float64Array.from({ length: ROWS }, () => 10 + random.normal());
    const member = (): Float64Array => target.map((value) => 0.5 * value + 0.1 * random.normal());
    const rows: StackRows = { members: [member(), member()], target, weights: null, classes: 0 };
    const { coefficients, combination } = fitStack(rows, [0.5, 0.5]);
    expect(lossOf(rows, coefficients, combination.intercepts)).toBeLessThan(0.1);
    expect(coefficients[0] + coefficients[1]).toBeGreaterThan(1.5);
  });

  it.each([2, 3])("of %d classes makes timid probabilities bolder, and lowers the log loss", (classes) => {
    const target = Float64Array.from({ length: ROWS }, () => random.integer(classes));
    const member = (): Float64Array => {
      const outputs = new Float64Array(ROWS * classes);
      target.forEach((label, row) => {
        const seen = random.next() < 0.95 ? label : random.integer(classes);
        for (let k = 0; k < classes; k++) outputs[row * classes + k] = k === seen ? 0.6 : 0.4 / (classes - 1);
      });
      return outputs;
    };
    const rows: StackRows = { members: [member(), member()], target, weights: null, classes };
    const start = lossOf(rows, Float64Array.of(0.5, 0.5), new Array<number>(classes > 2 ? classes : 1).fill(0));
    const { coefficients, combination } = fitStack(rows, [0.5, 0.5]);
    expect(lossOf(rows, coefficients, combination.intercepts)).toBeLessThan(start - 0.05);
    expect(combination.intercepts).toHaveLength(classes > 2 ? classes : 1);
    expect(Math.min(...coefficients)).toBeGreaterThan(0.5);
  });

  it("counts rows by their weight", () => {
    const target = Float64Array.from({ length: ROWS }, () => random.normal());
    const members = [target.map((value, row) => (row % 2 === 0 ? value : -value))];
    const weights = target.map((_, row) => (row % 2 === 0 ? 1 : 0));
    const { coefficients } = fitStack({ members, target, weights, classes: 0 }, [0]);
    expect(coefficients[0]).toBeGreaterThan(0.9);
  });
});
