/** Plain twins of assembly/linear.ts, on typed arrays instead of addresses. What they do stands there. */

/** Rows of a linear model: numbers, and positions at which there is a 1. */
export interface LinearRows {
  /** rows x columns, row-major. */
  readonly dense: Float32Array;
  readonly columns: number;
  /** rows x codeCount, row-major. */
  readonly codes: Uint32Array;
  readonly codeCount: number;
}

/** weights: positions x outputs; scores: rows x outputs. */
export function linearScores(
  { dense, columns, codes, codeCount }: LinearRows,
  first: number,
  end: number,
  weights: Float64Array,
  outputs: number,
  scores: Float64Array,
): void {
  for (let row = first; row < end; row++) {
    for (let k = 0; k < outputs; k++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += dense[row * columns + j] * weights[j * outputs + k];
      for (let j = 0; j < codeCount; j++) sum += weights[codes[row * codeCount + j] * outputs + k];
      scores[row * outputs + k] = sum;
    }
  }
}

/** residuals: rows x outputs; gradient: positions x outputs. */
export function linearGradient(
  { dense, columns, codes, codeCount }: LinearRows,
  first: number,
  end: number,
  residuals: Float64Array,
  outputs: number,
  gradient: Float64Array,
): void {
  for (let row = first; row < end; row++) {
    for (let k = 0; k < outputs; k++) {
      const residual = residuals[row * outputs + k];
      for (let j = 0; j < columns; j++) gradient[j * outputs + k] += residual * dense[row * columns + j];
      for (let j = 0; j < codeCount; j++) gradient[codes[row * codeCount + j] * outputs + k] += residual;
    }
  }
}

/** In place; returns the sum of log loss * weight. */
export function sigmoidResiduals(
  scores: Float64Array,
  labels: Float64Array,
  first: number,
  end: number,
  weights?: Float64Array,
): number {
  let loss = 0;
  for (let row = first; row < end; row++) {
    const score = scores[row];
    const weight = weights?.[row] ?? 1;
    loss += weight * (Math.log1p(Math.exp(-Math.abs(score))) + Math.max(score, 0) - labels[row] * score);
    scores[row] = weight * (1 / (1 + Math.exp(-score)) - labels[row]);
  }
  return loss;
}

/** In place; returns the sum of log loss * weight. */
export function softmaxResiduals(
  scores: Float64Array,
  outputs: number,
  classes: number,
  labels: Float64Array,
  first: number,
  end: number,
  weights?: Float64Array,
): number {
  let loss = 0;
  for (let row = first; row < end; row++) {
    const weight = weights?.[row] ?? 1;
    const mine = scores.subarray(row * outputs, row * outputs + classes);
    const top = Math.max(...mine);
    const sum = mine.reduce((total, score) => total + Math.exp(score - top), 0);
    loss += weight * (Math.log(sum) + top - mine[labels[row]]);
    for (let k = 0; k < classes; k++) {
      mine[k] = weight * (Math.exp(mine[k] - top) / sum - (labels[row] === k ? 1 : 0));
    }
    scores.fill(0, row * outputs + classes, (row + 1) * outputs);
  }
  return loss;
}

/** products: pitch numbers a row; only b <= a is filled. */
export function linearProducts(
  { dense, columns, codes, codeCount }: LinearRows,
  first: number,
  end: number,
  products: Float64Array,
  pitch: number,
  weights?: Float64Array,
): void {
  for (let row = first; row < end; row++) {
    const x = dense.subarray(row * columns, (row + 1) * columns);
    const c = codes.subarray(row * codeCount, (row + 1) * codeCount);
    const w = weights?.[row] ?? 1;
    for (let a = 0; a < columns; a++) for (let b = 0; b <= a; b++) products[a * pitch + b] += w * x[a] * x[b];
    for (let i = 0; i < codeCount; i++) {
      for (let b = 0; b < columns; b++) products[c[i] * pitch + b] += w * x[b];
      for (let j = 0; j <= i; j++) products[c[i] * pitch + c[j]] += w;
    }
  }
}
