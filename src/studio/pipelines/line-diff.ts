/** What changed between two texts, line by line. */
export interface DiffLine {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
  /** Number of the line in the old and in the new text, from 1 on; null where it is not in it. */
  readonly before: number | null;
  readonly after: number | null;
}

/** Beyond so many pairs of lines what differs is shown as replaced: the table of a million pairs takes 4 MB. */
const mostPairs = 4_000_000;

/** The shortest script by the longest common subsequence of lines (Hunt and McIlroy, 1976), removed before added. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [a, b] = [before.split("\n"), after.split("\n")];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const lines: DiffLine[] = [];
  const add = (kind: DiffLine["kind"], i: number, j: number): void => {
    const text = (kind === "added" ? b[j] : a[i]) ?? "";
    lines.push({ kind, text, before: kind === "added" ? null : i + 1, after: kind === "removed" ? null : j + 1 });
  };
  for (let i = 0; i < start; i++) add("same", i, i);
  const [aEnd, bEnd] = [a.length - end, b.length - end];
  const next = commonTable(a.slice(start, aEnd), b.slice(start, bEnd));
  let [i, j] = [start, start];
  while (i < aEnd || j < bEnd) {
    if (next && i < aEnd && j < bEnd && a[i] === b[j]) add("same", i++, j++);
    else if (i < aEnd && (!next || j >= bEnd || next(i + 1 - start, j - start) >= next(i - start, j + 1 - start)))
      add("removed", i++, j);
    else add("added", i, j++);
  }
  for (let k = 0; k < end; k++) add("same", aEnd + k, bEnd + k);
  return lines;
}

/** @returns the length of the longest common subsequence from two places on; null where it would be too large */
function commonTable(a: readonly string[], b: readonly string[]): ((i: number, j: number) => number) | null {
  const width = b.length + 1;
  if ((a.length + 1) * width > mostPairs) return null;
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j;
      lengths[at] =
        a[i] === b[j] ? (lengths[at + width + 1] ?? 0) + 1 : Math.max(lengths[at + width] ?? 0, lengths[at + 1] ?? 0);
    }
  return (i, j) => lengths[i * width + j] ?? 0;
}
