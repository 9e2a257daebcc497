/** Plain twins of assembly/partition.ts, on typed arrays instead of addresses. What they do stands there. */

/** Is the number in the 256-bit set? */
export function inSet(set: Uint32Array, number: number): boolean {
  return ((set[number >> 5] >>> (number & 31)) & 1) === 1;
}

/** The 256-bit set of the listed numbers. */
export function setOf(numbers: Iterable<number>): Uint32Array {
  const set = new Uint32Array(8);
  for (const number of numbers) set[number >> 5] |= 1 << (number & 31);
  return set;
}

/** @param column the bin of each row of the dataset */
export function partition(
  rows: Uint32Array,
  column: Uint8Array,
  goesLeft: Uint32Array,
): { readonly rows: Uint32Array; readonly leftCount: number } {
  const left = rows.filter((row) => inSet(goesLeft, column[row]));
  const right = rows.filter((row) => !inSet(goesLeft, column[row]));
  return { rows: Uint32Array.of(...left, ...right), leftCount: left.length };
}
