/**
 * What the words of a text say of the target: a multinomial naive Bayes model of each class against the others, or the
 * mean target by word for numbers. Words and pairs of neighbouring words are counted by their hashes, so memory is
 * bounded, and counts of parts can be taken from counts of all.
 */
import type { StringColumn } from "../../base/index.ts";
import { hashGrams, wordsOf } from "../../model/index.ts";
import { isBaseRow, outOfPartSums, type Parts } from "./parts.ts";

export interface TextScoring {
  /** One a row, out of part; NaN for null. */
  readonly values: Float64Array;
  /** From all rows (model/types.ts, TextScore). */
  readonly weights: Float32Array;
  readonly bias: number;
}

/** Numbers that the counts of all parts and classes may take: 64 MB. */
const MOST_COUNTS = 2 ** 23;
const MOST_PLACES = 2 ** 16;
const FEWEST_PLACES = 2 ** 10;
/** Rows of a word that weigh as much as the overall mean. */
const WORD_SMOOTHING = 30;
/** Places for the hashes of a column's words: four for each that may be different, within the bounds. */
export function placesFor(column: StringColumn, parts: Parts, outputs: number): number {
  let words = 0;
  const step = Math.max(1, Math.ceil(column.categories.length / 1_000));
  for (let i = 0; i < column.categories.length; i += step) words += wordsOf(column.categories[i]).length;
  const wanted = Math.min(MOST_PLACES, 4 * words * step, MOST_COUNTS / (parts.count * (outputs + 1)));
  return 2 ** Math.max(Math.log2(FEWEST_PLACES), Math.floor(Math.log2(Math.max(1, wanted))));
}

interface Input {
  readonly column: StringColumn;
  /**
   * Words that are features of their own, left out: a learner that sees how often a word occurs and what the other parts
   * say of it can tell from both what its own part says (measured: AUC .875 without them, .864 with them).
   */
  readonly terms: readonly string[];
  readonly places: number;
  /** One a row: the class, or the value. */
  readonly target: Float64Array;
  /** 0 for regression. */
  readonly classes: number;
  readonly weights: Float64Array | null;
  readonly parts: Parts;
}

/** For two classes the score of the second; for more one each; for regression one. */
export function scoreTexts(input: Input): TextScoring[] {
  const { classes, places, parts } = input;
  const kinds = Math.max(2, classes);
  const counts = countGrams(input, kinds);
  const all = outOfPartSums(counts, parts, kinds * places);
  const rowsOf = countRows(input, kinds);
  const outputs = classes > 2 ? classes : 1;
  const leftOut = input.terms.flatMap((term) => placesOf([term], places));
  const weigh = (from: Float64Array, output: number): Float32Array => {
    const weights =
      classes === 0 ? wordMeans(from, places, rowsOf.mean) : wordOdds(from, places, kinds, classes === 2 ? 1 : output);
    for (const place of leftOut) weights[place] = 0;
    return weights;
  };
  return Array.from({ length: outputs }, (_, output) => {
    const bias = classes === 0 ? rowsOf.mean : rowsOf.logOdds[classes === 2 ? 1 : output];
    const size = kinds * places;
    const byPart = Array.from({ length: parts.count }, (_, p) =>
      weigh(counts.subarray(p * size, (p + 1) * size), output),
    );
    return { values: scoreRows(input, byPart, bias), weights: weigh(all, output), bias };
  });
}

function placesOf(words: readonly string[], places: number): number[] {
  const grams: number[] = [];
  hashGrams(words, places, grams);
  return grams;
}

/** Part after part; in each, kind after kind: occurrences by class, or for regression occurrences and sums of targets. */
function countGrams({ column, places, target, classes, weights, parts }: Input, kinds: number): Float64Array {
  const counts = new Float64Array(parts.count * kinds * places);
  const grams: number[] = [];
  for (let row = 0; row < target.length; row++) {
    if (column.codes[row] < 0) continue;
    const weight = weights === null ? 1 : weights[row];
    hashGrams(wordsOf(column.categories[column.codes[row]]), places, grams);
    const start = parts.of[row] * kinds * places;
    for (const gram of grams) {
      if (classes > 0) counts[start + target[row] * places + gram] += weight;
      else {
        counts[start + gram] += weight;
        counts[start + places + gram] += weight * target[row];
      }
    }
  }
  return counts;
}

/** Of the rows that may be known to all: the mean target, and the log-odds of each class. */
function countRows({ target, classes, weights, parts }: Input, kinds: number) {
  const rows = new Float64Array(kinds);
  let [total, sum] = [0, 0];
  for (let row = 0; row < target.length; row++) {
    if (!isBaseRow(parts, row)) continue;
    const weight = weights === null ? 1 : weights[row];
    total += weight;
    sum += weight * target[row];
    if (classes > 0) rows[target[row]] += weight;
  }
  return { mean: sum / total, logOdds: Array.from(rows, (count) => Math.log((count + 1) / (total - count + 1))) };
}

function wordMeans(counts: Float64Array, places: number, mean: number): Float32Array {
  const weights = new Float32Array(places);
  for (let place = 0; place < places; place++) {
    const count = counts[place];
    weights[place] = (counts[places + place] - count * mean) / (count + WORD_SMOOTHING);
  }
  return weights;
}

/**
 * log P(word | class) - log P(word | any other class), every word having occurred WORD_SMOOTHING times before, in the
 * classes' overall shares: rare words and pairs say little (measured on short texts: AUC .825 against .742 with Laplace's
 * half an occurrence).
 */
function wordOdds(counts: Float64Array, places: number, kinds: number, label: number): Float32Array {
  const own = counts.subarray(label * places, (label + 1) * places);
  const others = new Float64Array(places);
  for (let kind = 0; kind < kinds; kind++) {
    if (kind === label) continue;
    for (let place = 0; place < places; place++) others[place] += counts[kind * places + place];
  }
  const ownTotal = own.reduce((sum, count) => sum + count, 0);
  const share = ownTotal / (ownTotal + others.reduce((sum, count) => sum + count, 0));
  const weights = new Float32Array(places);
  const [ownPrior, otherPrior] = [WORD_SMOOTHING * share, WORD_SMOOTHING * (1 - share)];
  for (let place = 0; place < places; place++) {
    const odds = (own[place] + ownPrior) / (others[place] + otherPrior);
    weights[place] = Math.log((odds * (1 - share)) / share);
  }
  return weights;
}

/** As the model does it (model/text-features.ts), each row with the weights of its part. */
function scoreRows({ column, places, parts }: Input, byPart: readonly Float32Array[], bias: number): Float64Array {
  const { codes, categories } = column;
  const values = new Float64Array(new SharedArrayBuffer(codes.length * Float64Array.BYTES_PER_ELEMENT));
  const grams: number[] = [];
  for (let row = 0; row < codes.length; row++) {
    if (codes[row] < 0) {
      values[row] = NaN;
      continue;
    }
    hashGrams(wordsOf(categories[codes[row]]), places, grams);
    const weights = byPart[parts.of[row]];
    let sum = 0;
    for (const gram of grams) sum += weights[gram];
    values[row] = grams.length === 0 ? bias : bias + sum / Math.sqrt(grams.length);
  }
  return values;
}
