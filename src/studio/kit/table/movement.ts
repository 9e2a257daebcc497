/** Where a key moves the active row. */

/**
 * @param key - KeyboardEvent.key
 * @param at - index of the active row; -1: none yet
 * @param count - loaded rows
 * @param page - rows that are in sight at once
 * @returns the new index, or null where the key moves nothing
 */
export function movedTo(key: string, at: number, count: number, page: number): number | null {
  const target = targetOf(key, at, count, Math.max(1, page - 1));
  if (target === null || count === 0) return null;
  return Math.min(count - 1, Math.max(0, target));
}

function targetOf(key: string, at: number, count: number, page: number): number | null {
  switch (key) {
    case "j":
    case "ArrowDown":
      return at + 1;
    case "k":
    case "ArrowUp":
      return at < 0 ? 0 : at - 1;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    case "PageDown":
      return at + page;
    case "PageUp":
      return at - page;
    default:
      return null;
  }
}
