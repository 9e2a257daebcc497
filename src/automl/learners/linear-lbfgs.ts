/**
 * Minimises a smooth convex function: limited-memory BFGS (Nocedal & Wright, Numerical Optimization, 2nd ed.,
 * algorithms 7.4 and 7.5) with a bisecting line search for the weak Wolfe conditions (Lewis & Overton 2013).
 */
export interface Minimum {
  readonly iterations: number;
  /** The largest component of the gradient there. */
  readonly gradientNorm: number;
}

export interface MinimizeOptions {
  /** Multiplies, in place, by something like the inverse of the Hessian: fewer iterations. Default: nothing. */
  readonly precondition?: (vector: Float64Array) => void;
  /** Ends when no component of the gradient is larger than this. */
  readonly tolerance: number;
  readonly maxIterations: number;
}

/** Value at `point`; writes the gradient there. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

/** Pairs of steps and gradient changes that are remembered. */
const MEMORY = 20;
const SUFFICIENT_DECREASE = 1e-4;
const CURVATURE = 0.9;
const MOST_TRIES = 30;

/** Starts at `point` and leaves the minimum there. */
export function minimize(objective: Objective, point: Float64Array, options: MinimizeOptions): Minimum {
  const { precondition } = options;
  const size = point.length;
  const history: Pair[] = [];
  let gradient = new Float64Array(size);
  let value = objective(point, gradient);
  const trial = new Float64Array(size);
  let trialGradient = new Float64Array(size);
  for (let iteration = 0; iteration < options.maxIterations; iteration++) {
    const gradientNorm = largest(gradient);
    if (gradientNorm <= options.tolerance) return { iterations: iteration, gradientNorm };
    const direction = descentDirection(gradient, history, precondition);
    const slope = dot(gradient, direction);
    let step = history.length > 0 || precondition ? 1 : Math.min(1, 1 / Math.sqrt(dot(gradient, gradient)));
    let low = 0;
    let high = Infinity;
    let found = false;
    let trialValue = value;
    for (let tries = 0; tries < MOST_TRIES && !found; tries++) {
      for (let i = 0; i < size; i++) trial[i] = point[i] + step * direction[i];
      trialValue = objective(trial, trialGradient);
      if (!(trialValue <= value + SUFFICIENT_DECREASE * step * slope)) high = step;
      else if (dot(trialGradient, direction) < CURVATURE * slope) low = step;
      else found = true;
      if (!found) step = high < Infinity ? (low + high) / 2 : 2 * step;
    }
    // Nothing lower can be told from rounding any more.
    if (!found) return { iterations: iteration, gradientNorm };
    remember(history, point, trial, gradient, trialGradient);
    point.set(trial);
    [gradient, trialGradient] = [trialGradient, gradient];
    value = trialValue;
  }
  return { iterations: options.maxIterations, gradientNorm: largest(gradient) };
}

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  /** step · change, positive. */
  readonly product: number;
}

function remember(
  history: Pair[],
  point: Float64Array,
  next: Float64Array,
  gradient: Float64Array,
  nextGradient: Float64Array,
): void {
  const step = next.map((value, i) => value - point[i]);
  const change = nextGradient.map((value, i) => value - gradient[i]);
  const product = dot(step, change);
  if (!(product > 0)) return;
  history.push({ step, change, product });
  if (history.length > MEMORY) history.shift();
}

/** Minus the inverse Hessian of the remembered pairs times the gradient (two-loop recursion). */
function descentDirection(
  gradient: Float64Array,
  history: readonly Pair[],
  precondition: (vector: Float64Array) => void = () => {},
): Float64Array {
  const direction = gradient.map((value) => -value);
  const factors = new Float64Array(history.length);
  for (let i = history.length - 1; i >= 0; i--) {
    const { step, change, product } = history[i];
    factors[i] = dot(step, direction) / product;
    addScaled(direction, -factors[i], change);
  }
  precondition(direction);
  const last = history.at(-1);
  if (last) {
    const conditioned = last.change.slice();
    precondition(conditioned);
    const scale = last.product / dot(last.change, conditioned);
    for (let j = 0; j < direction.length; j++) direction[j] *= scale;
  }
  for (let i = 0; i < history.length; i++) {
    const { step, change, product } = history[i];
    addScaled(direction, factors[i] - dot(change, direction) / product, step);
  }
  return direction;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function addScaled(target: Float64Array, factor: number, source: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] += factor * source[i];
}

function largest(values: Float64Array): number {
  let result = 0;
  for (const value of values) result = Math.max(result, Math.abs(value));
  return result;
}
