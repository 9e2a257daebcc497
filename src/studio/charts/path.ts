/** The SVG path through points in pixels; null: a gap. (d3-shape's line, without its 2 KB of other curves.) */
export function linePath(points: readonly (readonly [x: number, y: number] | null)[]): string {
  let path = "";
  let isDown = false;
  for (const point of points) {
    if (point !== null) path += `${isDown ? "L" : "M"}${point[0]},${point[1]}`;
    isDown = point !== null;
  }
  return path;
}

/** The path around the area between two lines of the same points' x. */
export function areaPath(above: readonly (readonly [number, number])[], below: typeof above): string {
  return above.length === 0 ? "" : `${linePath([...above, ...below.toReversed()])}Z`;
}
