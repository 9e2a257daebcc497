import type { StringColumn } from "../base/index.ts";

const surrogate = /[\ud800-\udfff]/;

/** Order of two texts by code points (JavaScript's `<` compares UTF-16 units, which differs above U+FFFF). */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) {
      // A surrogate stands for a code point above every other unit.
      const xHigh = x >= 0xd800 && x <= 0xdfff;
      const yHigh = y >= 0xd800 && y <= 0xdfff;
      return xHigh === yHigh ? x - y : xHigh ? 1 : -1;
    }
  }
  return a.length - b.length;
}

/** A column from codes into distinct `texts` in any order; `codes` is rewritten in place to the sorted categories. */
export function createStringColumn(name: string, codes: Int32Array, texts: readonly string[]): StringColumn {
  // Without surrogates the built-in order of strings is that of code points, and far faster than a comparison of ours.
  const categories = texts.some((text) => surrogate.test(text)) ? texts.toSorted(compareCodePoints) : texts.toSorted();
  const ranks = new Map(categories.map((text, rank) => [text, rank]));
  const rankOf = Int32Array.from(texts, (text) => ranks.get(text)!);
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row]!;
    if (code >= 0) codes[row] = rankOf[code]!;
  }
  return { name, type: "string", codes, categories };
}
