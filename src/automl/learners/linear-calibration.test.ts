/** More than two classes, which scikit-learn calibrates in another way; two are in linear-golden.test.ts. */
import { describe, expect, it } from "vitest";
import { createRandom } from "../../base/index.ts";
import { calibrate } from "./linear-calibration.ts";

/** Decision values, and labels drawn by the softmax of 2 * value + offset. */
function made(classes: number, rows: number): { values: Float64Array; pitch: number; labels: Float64Array } {
  const random = createRandom(classes);
  const pitch = Math.ceil(classes / 2) * 2;
  const values = new Float64Array(rows * pitch);
  const labels = Float64Array.from({ length: rows }, (_, row) => {
    let best = 0;
    let top = -Infinity;
    for (let k = 0; k < classes; k++) {
      const value = random.normal();
      values[row * pitch + k] = value;
      const score = 2 * value + (k === 0 ? 1 : 0) - Math.log(-Math.log(1 - random.next()));
      if (score > top) [best, top] = [k, score];
    }
    return best;
  });
  return { values, pitch, labels };
}

describe("calibrate", () => {
  it.each([3, 20, 21])("%i classes: finds the softmax that the labels were drawn by", (classes) => {
    const rows = 20_000;
    const { values, pitch, labels } = made(classes, rows);
    const weights = new Float64Array(rows).fill(1);
    const { factors, offsets } = calibrate(values, pitch, labels, classes, weights, () => {});
    // Scores count up to a common summand: of each decision value, and of the offsets.
    for (let j = 0; j < classes; j++) {
      const others = Array.from({ length: classes }, (_, k) => factors[k * classes + j]).filter((_, k) => k !== j);
      const mean = others.reduce((sum, factor) => sum + factor, 0) / others.length;
      expect(Math.abs(factors[j * classes + j] - mean - 2)).toBeLessThan(0.25);
    }
    const rest = offsets.slice(1).reduce((sum, offset) => sum + offset, 0) / (classes - 1);
    expect(Math.abs(offsets[0] - rest - 1)).toBeLessThan(0.25);
  });

  it("classes that can be told apart, or that are alone, do not lead to certainty", () => {
    const values = Float64Array.from({ length: 30 * 4 }, (_, i) => (i % 4 === Math.floor(i / 4) % 3 ? 1 : -1));
    const labels = Float64Array.from({ length: 30 }, (_, i) => i % 3);
    const weights = new Float64Array(30).fill(1);
    const { factors, offsets } = calibrate(values, 4, labels, 3, weights, () => {});
    expect([...factors, ...offsets].every((value) => Math.abs(value) < 10)).toBe(true);
    const alone = calibrate(values, 4, new Float64Array(30).fill(1), 3, weights, () => {});
    expect([...alone.factors, ...alone.offsets].every((value) => Math.abs(value) < 10)).toBe(true);
  });
});
