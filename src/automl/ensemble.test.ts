import fc from "fast-check";
import { expect, it } from "vitest";
import { selectEnsemble } from "./ensemble.ts";

const meanSquaredError =
  (target: readonly number[]) =>
  (outputs: Float64Array): number =>
    target.reduce((sum, value, i) => sum + (outputs[i] - value) ** 2, 0) / target.length;

it("by hand: two models that err in opposite directions share the vote, the third stays out", () => {
  const candidates = [Float64Array.of(2, 1), Float64Array.of(0, 3), Float64Array.of(9, 9)];
  const { weights, outputs } = selectEnsemble(candidates, meanSquaredError([1, 2]));
  expect(weights).toEqual([0.5, 0.5, 0]);
  expect([...outputs]).toEqual([1, 2]);
});

it("by hand: shares are the picks of each", () => {
  // 2/3 of the first and 1/3 of the second hit the target exactly.
  const candidates = [Float64Array.of(3, 0), Float64Array.of(0, 3)];
  const { weights, outputs } = selectEnsemble(candidates, meanSquaredError([2, 1]));
  expect(weights[0]).toBeCloseTo(2 / 3, 12);
  expect(weights[1]).toBeCloseTo(1 / 3, 12);
  expect(outputs[0]).toBeCloseTo(2, 12);
});

it("one perfect model is alone", () => {
  const candidates = [Float64Array.of(5, 5), Float64Array.of(1, 2), Float64Array.of(1, 3)];
  expect(selectEnsemble(candidates, meanSquaredError([1, 2])).weights).toEqual([0, 1, 0]);
});

it("is never worse than the best single model, its shares sum to 1, and its outputs are the vote", () => {
  const value = fc.double({ min: -10, max: 10, noNaN: true });
  const property = fc.property(
    fc
      .integer({ min: 1, max: 8 })
      .chain((length) =>
        fc.tuple(
          fc.array(value, { minLength: length, maxLength: length }),
          fc.array(fc.array(value, { minLength: length, maxLength: length }), { minLength: 1, maxLength: 6 }),
        ),
      ),
    ([target, models]) => {
      const loss = meanSquaredError(target);
      const candidates = models.map((outputs) => Float64Array.from(outputs));
      const { weights, outputs } = selectEnsemble(candidates, loss);
      const best = Math.min(...candidates.map(loss));
      expect(loss(outputs)).toBeLessThanOrEqual(best * (1 + 1e-9) + 1e-12);
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
      expect(Math.min(...weights)).toBeGreaterThanOrEqual(0);
      outputs.forEach((output, i) => {
        const vote = weights.reduce((sum, weight, c) => sum + weight * candidates[c][i], 0);
        expect(Math.abs(output - vote)).toBeLessThan(1e-9);
      });
    },
  );
  fc.assert(property);
});
