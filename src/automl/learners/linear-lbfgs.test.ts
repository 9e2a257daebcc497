import { describe, expect, it } from "vitest";
import { minimize, type Objective } from "./linear-lbfgs.ts";

/** Sum of curvature * (x - 1)^2 / 2 with curvatures from 1 to 10^4. */
const quadratic: Objective = (point, gradient) => {
  let value = 0;
  for (let i = 0; i < point.length; i++) {
    const curvature = 10 ** ((4 * i) / (point.length - 1));
    gradient[i] = curvature * (point[i] - 1);
    value += (gradient[i] * (point[i] - 1)) / 2;
  }
  return value;
};

const rosenbrock: Objective = (point, gradient) => {
  const [x, y] = point;
  gradient[0] = -400 * x * (y - x * x) - 2 * (1 - x);
  gradient[1] = 200 * (y - x * x);
  return 100 * (y - x * x) ** 2 + (1 - x) ** 2;
};

describe("minimize", () => {
  const cases: [string, Objective, number[]][] = [
    ["a badly scaled quadratic", quadratic, [5, -3, 0, 2, 9, -9]],
    ["Rosenbrock's valley", rosenbrock, [-1.2, 1]],
    ["a start at the minimum", quadratic, [1, 1, 1]],
  ];
  it.each(cases)("finds the minimum of %s", (_, objective, start) => {
    const point = Float64Array.from(start);
    const { gradientNorm } = minimize(objective, point, { tolerance: 1e-9, maxIterations: 500 });
    expect(gradientNorm).toBeLessThanOrEqual(1e-9);
    for (const value of point) expect(value).toBeCloseTo(1, 7);
  });

  it("needs hardly any iteration with the inverse of the Hessian", () => {
    const point = Float64Array.from([5, -3, 0, 2, 9, -9]);
    const precondition = (vector: Float64Array): void => {
      for (let i = 0; i < vector.length; i++) vector[i] /= 10 ** ((4 * i) / (vector.length - 1));
    };
    const { iterations } = minimize(quadratic, point, { tolerance: 1e-9, maxIterations: 500, precondition });
    expect(iterations).toBeLessThanOrEqual(2);
  });

  it("stops at the bound of iterations", () => {
    const point = Float64Array.from([-1.2, 1]);
    expect(minimize(rosenbrock, point, { tolerance: 0, maxIterations: 3 }).iterations).toBe(3);
  });
});
