/** A curve of many points as one of few that looks the same. */

/** The most points of a curve in a chart. */
export const mostPoints = 200;
/** Curves of more points are first thinned to about as many, so that choosing takes milliseconds. */
const mostCandidates = 20_000;
/** How near the area of what is left comes to that of the curve. */
const areaTolerance = 1e-5;

/**
 * The positions of at most `mostPoints` points, rising, first and last among them: first those that lie farthest from
 * the line through their neighbours (Ramer 1972, Douglas & Peucker 1973), then some are moved a little until the area
 * under the line is that of the curve again.
 * @param x rising or level
 */
export function reduceCurve(x: Float64Array, y: Float64Array): Uint32Array {
  const { length } = x;
  if (length <= mostPoints) return Uint32Array.from({ length }, (_, i) => i);
  const step = Math.ceil(length / mostCandidates);
  const candidates: number[] = [];
  for (let i = 0; i < length - 1; i += step) candidates.push(i);
  candidates.push(length - 1);
  const chosen = farthestPoints(x, y, candidates);
  balanceArea(x, y, candidates, chosen);
  return Uint32Array.from(chosen, (place) => candidates[place]);
}

/** Trapezoids. */
export function areaUnder(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let area = 0;
  for (let i = 1; i < x.length; i++) area += ((x[i] - x[i - 1]) * (y[i] + y[i - 1])) / 2;
  return area;
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly farthest: number;
  readonly distance: number;
}

/** Places in `candidates`, rising. */
function farthestPoints(x: Float64Array, y: Float64Array, candidates: readonly number[]): number[] {
  const spanOf = (from: number, to: number): Span => {
    const ax = x[candidates[from]];
    const ay = y[candidates[from]];
    const dx = x[candidates[to]] - ax;
    const dy = y[candidates[to]] - ay;
    const length = Math.hypot(dx, dy);
    let farthest = -1;
    let distance = -1;
    for (let place = from + 1; place < to; place++) {
      const px = x[candidates[place]] - ax;
      const py = y[candidates[place]] - ay;
      const away = length === 0 ? Math.hypot(px, py) : Math.abs(dx * py - dy * px) / length;
      if (away > distance) {
        distance = away;
        farthest = place;
      }
    }
    return { from, to, farthest, distance };
  };
  const spans = [spanOf(0, candidates.length - 1)];
  while (spans.length < mostPoints - 1) {
    let widest = 0;
    for (let i = 1; i < spans.length; i++) if (spans[i].distance > spans[widest].distance) widest = i;
    const { from, to, farthest, distance } = spans[widest];
    if (distance <= 0) break;
    spans[widest] = spanOf(from, farthest);
    spans.push(spanOf(farthest, to));
  }
  return [0, ...spans.map(({ to }) => to).sort((a, b) => a - b)];
}

/** Moves points along the curve, each time the one step of one point that brings the areas nearest to each other. */
function balanceArea(x: Float64Array, y: Float64Array, candidates: readonly number[], chosen: number[]): void {
  const trapezoid = (a: number, b: number): number => {
    const i = candidates[a];
    const j = candidates[b];
    return ((x[j] - x[i]) * (y[i] + y[j])) / 2;
  };
  let missing = areaUnder(x, y);
  for (let i = 1; i < chosen.length; i++) missing -= trapezoid(chosen[i - 1], chosen[i]);
  for (let move = 0; move < 10 * mostPoints && Math.abs(missing) > areaTolerance; move++) {
    let best = { left: Math.abs(missing), at: -1, place: -1, gain: 0 };
    for (let at = 1; at < chosen.length - 1; at++) {
      const [before, here, after] = [chosen[at - 1], chosen[at], chosen[at + 1]];
      const area = trapezoid(before, here) + trapezoid(here, after);
      for (const place of [here - 1, here + 1]) {
        if (place <= before || place >= after) continue;
        const gain = trapezoid(before, place) + trapezoid(place, after) - area;
        const left = Math.abs(missing - gain);
        if (left < best.left) best = { left, at, place, gain };
      }
    }
    if (best.at < 0) return;
    chosen[best.at] = best.place;
    missing -= best.gain;
  }
}
