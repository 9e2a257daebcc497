/** Indices, both included. */
export interface RowRange {
  readonly first: number;
  /** May lie beyond the last row. */
  readonly last: number;
}

/**
 * @param top scrolled pixels
 * @param room pixels in which rows are seen
 * @param height of a row, in pixels
 * @param around rows more before and after
 */
export function rowsBetween(top: number, room: number, height: number, around: number): RowRange {
  const first = Math.floor(Math.max(0, top) / height);
  const last = Math.max(first, Math.ceil((Math.max(0, top) + room) / height) - 1);
  return { first: Math.max(0, first - around), last: last + around };
}
