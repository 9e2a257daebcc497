/**
 * The items that no other beats: none is as cheap and better, or as good and cheaper. Their indices, cheapest first.
 * @param items `gain`: more is better. `cost`: less is better.
 */
export function paretoFront(items: readonly { cost: number; gain: number }[]): number[] {
  const order = items.map((_, index) => index);
  const at = (index: number) => items[index] as { cost: number; gain: number };
  order.sort((a, b) => at(a).cost - at(b).cost || at(b).gain - at(a).gain);
  const front: number[] = [];
  for (const index of order) {
    const last = front.at(-1);
    const best = last === undefined ? undefined : at(last);
    const twin = best?.gain === at(index).gain && best.cost === at(index).cost;
    if (best === undefined || at(index).gain > best.gain || twin) front.push(index);
  }
  return front;
}
