/** Gauss-Legendre quadrature on [0, 1]: n points integrate every polynomial of degree 2 n - 1 exactly. */
export interface Quadrature {
  /** Strictly between 0 and 1. */
  readonly points: Float64Array;
  /** Positive; they sum to 1. */
  readonly weights: Float64Array;
}

const known = new Map<number, Quadrature>();

/** @param count at least 1 */
export function gaussLegendre(count: number): Quadrature {
  let quadrature = known.get(count);
  if (!quadrature) {
    quadrature = computed(count);
    known.set(count, quadrature);
  }
  return quadrature;
}

/** The roots of the Legendre polynomial by Newton's method (Press et al., Numerical Recipes, 4.6), moved from [-1, 1]. */
function computed(count: number): Quadrature {
  const points = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
    let slope = 1;
    // From this start Newton's method needs no more than six steps; the last ones change nothing.
    for (let step = 0; step < 8; step++) {
      let value = 1;
      let before = 0;
      for (let degree = 1; degree <= count; degree++) {
        const next = ((2 * degree - 1) * x * value - (degree - 1) * before) / degree;
        before = value;
        value = next;
      }
      slope = (count * (x * value - before)) / (x * x - 1);
      x -= value / slope;
    }
    points[i] = (1 - x) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { points, weights };
}
