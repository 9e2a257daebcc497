import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hashGrams, wordsOf } from "./text.ts";

const grams = (words: readonly string[], places: number): number[] => {
  const found: number[] = [-1];
  hashGrams(words, places, found);
  return found;
};

describe("wordsOf", () => {
  test.each<[string, string[]]>([
    ["", []],
    [" \t\n.,;!?-()", []],
    ["Good, GOOD; not good!", ["good", "good", "not", "good"]],
    ["don't don\u2019t 'quoted' rock 'n' roll", ["don't", "don't", "quoted", "rock", "n", "roll"]],
    ["iPhone12 3.5 a_b", ["iphone12", "3", "5", "a", "b"]],
    ["Straße ÉTUDE e\u0301tude", ["straße", "étude", "étude"]],
    ["ﬁne ① Ａ", ["fine", "1", "a"]],
    ["日本語 and ไทย", ["日", "本", "語", "and", "ไ", "ท", "ย"]],
    ["привет мир 🙂 γειά", ["привет", "мир", "γειά"]],
    ["हिन्दी", ["हिन्दी"]],
    ["a\ud800b", ["a", "b"]],
    ["⺀ ⼀", ["一"]],
    ["\u0130\u0327 x", ["i\u0327\u0307", "x"]],
  ])("%j", (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  test("any text: words hold no blank, and taken apart again they are themselves", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (text) => {
        const words = wordsOf(text);
        for (const word of words) expect(word).toMatch(/^[\p{L}\p{M}\p{N}']+$/u);
        expect(wordsOf(words.join(" "))).toEqual(words);
      }),
    );
  });

  test("neither case nor blanks nor the text's form of Unicode count", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-zàéöñ0-9]{1,8}$/)), (words) => {
        const plain = wordsOf(words.join(" "));
        expect(plain).toEqual(words);
        expect(wordsOf(words.join(",\n  ").toUpperCase().normalize("NFD"))).toEqual(plain);
      }),
    );
  });
});

describe("hashGrams", () => {
  test("a place for each word and each pair of neighbours, in their order", () => {
    const [a, ab, b] = grams(["a", "b"], 1024);
    expect(grams(["a"], 1024)).toEqual([a]);
    expect(grams(["b"], 1024)).toEqual([b]);
    expect(grams(["b", "a"], 1024)[1]).not.toBe(ab);
    expect(grams([], 1024)).toEqual([]);
  });

  test("is pinned: models of earlier releases hold weights at these places", () => {
    expect(grams(["not", "good", "日"], 65_536)).toEqual([46395, 3313, 52152, 58267, 64250]);
  });

  test("any words: 2n - 1 places, all within the table", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1 }), { maxLength: 20 }),
        fc.integer({ min: 0, max: 16 }),
        (words, bits) => {
          const found = grams(words, 2 ** bits);
          expect(found).toHaveLength(Math.max(0, 2 * words.length - 1));
          expect(found.every((place) => Number.isInteger(place) && place >= 0 && place < 2 ** bits)).toBe(true);
        },
      ),
    );
  });

  test("spreads words evenly", () => {
    const counts = new Float64Array(64);
    for (let i = 0; i < 6_400; i++) counts[grams([`word${i}`], 64)[0] as number]++;
    expect(Math.min(...counts)).toBeGreaterThan(50);
    expect(Math.max(...counts)).toBeLessThan(160);
  });
});
