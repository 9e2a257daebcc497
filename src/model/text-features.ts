/** Features of a column of free text; every text is taken apart once for all of them. */
import type { StringColumn } from "../base/index.ts";
import type { Sink } from "./sink.ts";
import { hashGrams, wordsOf } from "./text.ts";
import type { TextTransform } from "./types.ts";

/** Writes one number for each of its transforms to `target`. */
export type TextEncoder = (text: string, target: Float64Array) => void;

type Score = Extract<TextTransform, { op: "TextScore" }>;

export function createTextEncoder(transforms: readonly TextTransform[]): TextEncoder {
  const terms = new Map<string, { readonly index: number; readonly idf: number }[]>();
  const scores: { readonly index: number; readonly score: Score }[] = [];
  transforms.forEach((transform, index) => {
    if (transform.op === "TextScore") scores.push({ index, score: transform });
    if (transform.op !== "TermWeight") return;
    const found = terms.get(transform.term) ?? [];
    found.push({ index, idf: transform.idf });
    terms.set(transform.term, found);
  });
  const grams: number[] = [];
  return (text, target) => {
    const words = wordsOf(text);
    transforms.forEach((transform, index) => {
      if (transform.op === "TextLength") target[index] = transform.unit === "words" ? words.length : text.length;
      else target[index] = 0;
    });
    // Counts first, in the place of the weights.
    for (const word of words) for (const { index } of terms.get(word) ?? []) target[index]++;
    for (const same of terms.values()) {
      for (const { index, idf } of same) if (target[index] > 0) target[index] = (1 + Math.log(target[index])) * idf;
    }
    let hashedFor = 0;
    for (const { index, score } of scores) {
      if (score.weights.length !== hashedFor) hashGrams(words, (hashedFor = score.weights.length), grams);
      target[index] = scoreOf(score, grams);
    }
  };
}

function scoreOf({ weights, bias }: Score, grams: readonly number[]): number {
  let sum = 0;
  for (const gram of grams) sum += weights[gram] as number;
  return grams.length === 0 ? bias : bias + sum / Math.sqrt(grams.length);
}

/** sinks[i] takes what transform i of the encoder says. Equal texts are encoded once. */
export function writeTextFeatures(encode: TextEncoder, column: StringColumn, sinks: readonly Sink[]): void {
  const { codes, categories } = column;
  const firstRow = new Int32Array(categories.length).fill(-1);
  const encoded = new Float64Array(sinks.length);
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row];
    const known = code < 0 ? -1 : firstRow[code];
    if (code >= 0 && known < 0) {
      encode(categories[code] as string, encoded);
      firstRow[code] = row;
    }
    for (let i = 0; i < sinks.length; i++) {
      const { values, start, stride } = sinks[i] as Sink;
      values[start + row * stride] = code < 0 ? NaN : known < 0 ? encoded[i] : values[start + known * stride];
    }
  }
}
