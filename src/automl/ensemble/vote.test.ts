import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../base/index.ts";
import { voteShares } from "./vote.ts";

const random = createRandom(5);
const ROWS = 400;
const target = Float64Array.from({ length: ROWS }, () => random.normal());
const noisy = (noise: number): Float64Array => target.map((value) => value + noise * random.normal());

describe("the shares of a vote", () => {
  it("are equal where two models err independently and by as much", () => {
    const shares = voteShares({ candidates: [noisy(0.5), noisy(0.5)], target, weights: null }, 1);
    expect(shares[0]).toBeGreaterThan(0.35);
    expect(shares[1]).toBeGreaterThan(0.35);
  });

  it("leave out a model that only adds noise", () => {
    const good = noisy(0.2);
    const worse = good.map((value) => value + 2 * random.normal());
    const shares = voteShares({ candidates: [good, worse, noisy(0.2)], target, weights: null }, 1);
    expect(shares[1]).toBeLessThan(0.05);
  });

  it("look at the weights of the rows", () => {
    // One model knows the first half of the rows, the other the second half; only the second half counts.
    const first = target.map((value, row) => (row < ROWS / 2 ? value : value + 3));
    const second = target.map((value, row) => (row < ROWS / 2 ? value + 3 : value));
    const weights = target.map((_, row) => (row < ROWS / 2 ? 0 : 1));
    const shares = voteShares({ candidates: [first, second], target, weights }, 1);
    expect(shares[0]).toBe(0);
    expect(shares[1]).toBeCloseTo(1, 12);
  });

  it("sum to 1 and are never below 0, for any probabilities, 0 among them", () => {
    const probabilities = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 7, maxLength: 7 });
    const property = fc.property(fc.array(probabilities, { minLength: 2, maxLength: 6 }), fc.nat(), (models, seed) => {
      const candidates = models.map((outputs) => Float64Array.from(outputs));
      const shares = voteShares({ candidates, target: null, weights: null }, seed);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
      expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
      expect(voteShares({ candidates, target: null, weights: null }, seed)).toEqual(shares);
    });
    fc.assert(property);
  });
});
