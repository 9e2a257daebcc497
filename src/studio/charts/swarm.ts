/**
 * Points of one row of a beeswarm: how far each moves up or down from the middle line, in pixels. Points that would
 * cover each other are laid to both sides in turn, nearer together where there are many, never further than `most`.
 * (Bins of x, as in the plots of the shap library.)
 * @param xs Places of the points, in pixels.
 */
export function swarm(xs: readonly number[], radius: number, most: number): number[] {
  const bins = new Map<number, number[]>();
  for (const [index, x] of xs.entries()) {
    const bin = Math.round(x / (radius * 1.6));
    const members = bins.get(bin);
    if (members === undefined) bins.set(bin, [index]);
    else members.push(index);
  }
  const offsets = xs.map(() => 0);
  for (const members of bins.values()) {
    const layers = Math.ceil((members.length - 1) / 2);
    const step = layers === 0 ? 0 : Math.min(radius * 2, most / layers);
    for (const [place, index] of members.entries())
      offsets[index] = Math.ceil(place / 2) * step * (place % 2 === 0 ? -1 : 1) + 0;
  }
  return offsets;
}
