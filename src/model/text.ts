/** Words of free text and their hashes: the same for training and for scoring. */

/**
 * Letters, marks and digits in a row, of any script, an apostrophe between them included ("don't"). Scripts that put no
 * space between words (Han, Hiragana, Katakana, Thai) count each character as a word.
 */
const wordPattern =
  /(?=[\p{L}\p{M}\p{N}])[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}]|(?:(?![\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}])[\p{L}\p{M}\p{N}])+(?:'(?:(?![\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}])[\p{L}\p{M}\p{N}])+)*/gu;

/**
 * The words of a text in order: compatibility forms made plain (NFKC), lower case, the curly apostrophe as '. Lower case
 * may undo the normal form, so it is made once more: then the words of words are themselves.
 */
export function wordsOf(text: string): string[] {
  return text.normalize("NFKC").toLowerCase().normalize("NFKC").replaceAll("\u2019", "'").match(wordPattern) ?? [];
}

const fnvOffset = 0x811c9dc5;
const fnvPrime = 0x01000193;

/** FNV-1a (Fowler, Noll, Vo) over UTF-16 code units, 32 bits, going on from `hash`. */
function hashOn(hash: number, word: string): number {
  let mixed = hash;
  for (let i = 0; i < word.length; i++) mixed = Math.imul(mixed ^ word.charCodeAt(i), fnvPrime);
  return mixed;
}

/**
 * Writes a place below `places` (a power of two) for every word and every pair of neighbouring words to `target`, which
 * is emptied first.
 */
export function hashGrams(words: readonly string[], places: number, target: number[]): void {
  target.length = 0;
  let previous = 0;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (i > 0) target.push(placeOf(hashOn(Math.imul(previous ^ 0x20, fnvPrime), word), places));
    previous = hashOn(fnvOffset, word);
    target.push(placeOf(previous, places));
  }
}

/** The upper half is folded in: the lowest bits of FNV alone depend on the lowest bits of the text only. */
function placeOf(hash: number, places: number): number {
  return (hash ^ (hash >>> 16)) & (places - 1);
}
