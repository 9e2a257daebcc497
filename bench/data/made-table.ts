/**
 * Made data of any size: 28 columns and two classes of about equal size.
 *
 *   x0 … x19   standard normal
 *   x20 … x23  uniform in [0, 1)
 *   x24, x25   exponential, mean 1
 *   x26        whole numbers 0 … 9, all equally frequent
 *   x27        x0 + 0.5 * noise: correlated with x0, of no use beside it
 *
 *   f = 0.8 (x0 + 0.5) (x1 + 0.5) + 0.7 sin(3 x2) + 0.6 x3 [x4 > 0] + 0.4 (x5² - 1) + 0.3 x6 - 0.25 |x7|
 *       + 0.8 [x20 > 0.7 and x21 < 0.4] + 0.2 x8 x24 + 0.3 [x26 in {2, 3, 7}] + 0.15 x9 x10 x11
 *   y = 1 where f + 1.6 * noise > 0.4
 *
 * The product is shifted: of x0 x1 alone, a greedy tree finds the first split by luck, and two engines that are equally
 * good then differ by 0.003 in AUC from draw to draw (LightGBM and scikit-learn do), five times as much as with it.
 * noise is standard normal; x12 … x19, x22, x23, x25 and x27 do not enter f.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { createRandom, type Random } from "../../src/base/index.ts";

export const madeColumns = 28;

export interface MadeRows {
  /** One array a column. */
  readonly features: readonly Float64Array[];
  /** 0 or 1. */
  readonly target: Float64Array;
}

/** `newArray(rows)` gives the space of each column. */
export function makeRows(rows: number, seed: number, newArray: (length: number) => Float64Array): MadeRows {
  const random = createRandom(seed);
  const features = Array.from({ length: madeColumns }, () => newArray(rows));
  const target = newArray(rows);
  const x = new Float64Array(madeColumns);
  for (let row = 0; row < rows; row++) {
    drawRow(random, x);
    for (let column = 0; column < madeColumns; column++) features[column][row] = x[column];
    target[row] = signal(x) + 1.6 * random.normal() > 0.4 ? 1 : 0;
  }
  return { features, target };
}

function drawRow(random: Random, x: Float64Array): void {
  for (let column = 0; column < 20; column++) x[column] = random.normal();
  for (let column = 20; column < 24; column++) x[column] = random.next();
  for (let column = 24; column < 26; column++) x[column] = -Math.log(1 - random.next());
  x[26] = random.integer(10);
  x[27] = x[0] + 0.5 * random.normal();
}

function signal(x: Float64Array): number {
  const smooth = 0.7 * Math.sin(3 * x[2]) + 0.4 * (x[5] * x[5] - 1) + 0.3 * x[6] - 0.25 * Math.abs(x[7]);
  const products = 0.8 * (x[0] + 0.5) * (x[1] + 0.5) + 0.2 * x[8] * x[24] + 0.15 * x[9] * x[10] * x[11];
  const steps =
    (x[4] > 0 ? 0.6 * x[3] : 0) +
    (x[20] > 0.7 && x[21] < 0.4 ? 0.8 : 0) +
    (x[26] === 2 || x[26] === 3 || x[26] === 7 ? 0.3 : 0);
  return smooth + products + steps;
}

const chunkRows = 5_000;

/** The same rows as a CSV with the columns x0 … x27 and y (yes, no); numbers have four digits after the point. */
export function writeMadeCsv(path: string, rows: number, seed: number): void {
  const { features, target } = makeRows(rows, seed, (length) => new Float64Array(length));
  const file = openSync(path, "wx");
  try {
    writeSync(file, `${features.map((_, column) => `x${column}`).join(",")},y\n`);
    for (let start = 0; start < rows; start += chunkRows) {
      let text = "";
      for (let row = start; row < Math.min(rows, start + chunkRows); row++) {
        for (const column of features) text += `${Math.round(column[row] * 10_000) / 10_000},`;
        text += target[row] === 1 ? "yes\n" : "no\n";
      }
      writeSync(file, text);
    }
  } finally {
    closeSync(file);
  }
}
