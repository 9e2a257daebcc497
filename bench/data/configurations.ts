/** Hyperparameters of gradient boosting as a search would try them, by our names; the same ones each time. */
import { createRandom } from "../../src/base/index.ts";

export interface Configuration {
  readonly learningRate: number;
  readonly maxLeaves: number;
  readonly minRows: number;
  readonly featureFraction: number;
  readonly l2: number;
}

export function configurations(count: number): Configuration[] {
  const random = createRandom(20);
  const between = (low: number, high: number): number => low * (high / low) ** random.next();
  return Array.from({ length: count }, () => ({
    learningRate: Number(between(0.03, 0.2).toPrecision(3)),
    maxLeaves: Math.round(between(8, 64)),
    minRows: Math.round(between(5, 100)),
    featureFraction: Number((0.5 + 0.5 * random.next()).toFixed(2)),
    l2: Number(between(0.01, 10).toPrecision(2)),
  }));
}
