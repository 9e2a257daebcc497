/** x and y; null: a gap in the line. */
export type LinePoint = readonly [x: number, y: number | null];

/** Lines of more points are thinned out before they are drawn. */
export const mostPoints = 2000;

/**
 * For each of `columns` equal parts of x the first, the least, the greatest and the last point, in their order: what is
 * drawn covers the same pixels. Lines of up to 2,000 points, and gaps, stay as they are.
 * @param points x rising.
 */
export function decimate(points: readonly LinePoint[], columns: number): readonly LinePoint[] {
  if (points.length <= mostPoints || columns < 1) return points;
  const first = (points[0] as LinePoint)[0];
  const span = (points.at(-1) as LinePoint)[0] - first || 1;
  const kept: LinePoint[] = [];
  let bucket: number[] = [];
  let column = 0;
  const flush = () => {
    let [least, greatest] = [bucket[0], bucket[0]];
    for (const index of bucket) {
      if (valueAt(points, index) < valueAt(points, least as number)) least = index;
      if (valueAt(points, index) > valueAt(points, greatest as number)) greatest = index;
    }
    const chosen = new Set([bucket[0], least, greatest, bucket.at(-1)]);
    for (const index of bucket) if (chosen.has(index)) kept.push(points[index] as LinePoint);
    bucket = [];
  };
  for (const [index, point] of points.entries()) {
    const own = Math.min(columns - 1, Math.floor(((point[0] - first) / span) * columns));
    if (bucket.length > 0 && (own !== column || point[1] === null)) flush();
    column = own;
    if (point[1] !== null) bucket.push(index);
    else if (kept.length > 0 && kept.at(-1)?.[1] !== null) kept.push(point);
  }
  if (bucket.length > 0) flush();
  return kept;
}

const valueAt = (points: readonly LinePoint[], index: number): number => (points[index] as LinePoint)[1] as number;
