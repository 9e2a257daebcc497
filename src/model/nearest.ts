/** The candidate that differs least from `name`, if it differs little enough to be a slip of the pen; otherwise null. */
export function nearestName(name: string, candidates: Iterable<string>): string | null {
  let nearest: string | null = null;
  let fewest = Math.max(2, Math.floor(name.length / 3)) + 1;
  const wanted = name.slice(0, 100).toLowerCase();
  for (const candidate of candidates) {
    const edits = editDistance(wanted, candidate.slice(0, 100).toLowerCase());
    if (edits < fewest) {
      fewest = edits;
      nearest = candidate;
    }
  }
  return nearest;
}

/** Levenshtein distance: insertions, deletions and replacements of one character. */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (above[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(replaced, (above[j] as number) + 1, (current[j - 1] as number) + 1));
    }
    above = current;
  }
  return above[b.length] as number;
}
